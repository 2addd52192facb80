"""Runs every operation of this release through boto3, unmodified, and checks what it answers.

The server runs with this host's own agent and a continuous export. The endpoint and the key come from the environment,
as they would for any script. A failed assertion ends the script with a traceback and exit code 1.
"""

import csv
import io
import json
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
DATABASE = "application_discovery_service_database"
TABLES = {
    "os_info_agent",
    "network_interface_agent",
    "sys_performance_agent",
    "processes_agent",
    "inbound_connection_agent",
    "outbound_connection_agent",
    "id_mapping_agent",
}

discovery = boto3.client("discovery", config=CONFIG)
athena = boto3.client("athena", config=CONFIG)
glue = boto3.client("glue", config=CONFIG)
s3 = boto3.client("s3", config=CONFIG)
sts = boto3.client("sts", config=CONFIG)


def wait_for(what, check, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = check()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def expect_error(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was not raised")


def run_query(sql, **arguments):
    started = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": DATABASE, "Catalog": "AwsDataCatalog"},
        ClientRequestToken=uuid.uuid4().hex,
        **arguments,
    )
    query_id = started["QueryExecutionId"]

    def finished():
        execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return execution if execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

    return query_id, wait_for("the end of a query", finished)


def rows_of(query_id):
    rows = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id):
        rows += [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
    return rows


def check_identity():
    identity = sts.get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert identity["Arn"].startswith("arn:aws:iam::123456789012:")


def check_agents():
    agents = discovery.describe_agents()["agentsInfo"]
    assert len(agents) == 1, agents
    agent = agents[0]
    assert agent["health"] == "RUNNING" and agent["collectionStatus"] == "STARTED", agent
    same = discovery.describe_agents(filters=[{"name": "hostName", "values": [agent["hostName"]], "condition": "EQUALS"}])
    assert [found["agentId"] for found in same["agentsInfo"]] == [agent["agentId"]]
    none = discovery.describe_agents(filters=[{"name": "health", "values": ["SHUTDOWN"], "condition": "EQUALS"}])
    assert none["agentsInfo"] == []
    return agent["agentId"]


def check_collection(agent_id):
    redundant = discovery.start_data_collection_by_agent_ids(agentIds=[agent_id])["agentsConfigurationStatus"]
    assert redundant == [{"agentId": agent_id, "operationSucceeded": False, "description": "Redundant"}], redundant
    stopped = discovery.stop_data_collection_by_agent_ids(agentIds=[agent_id])["agentsConfigurationStatus"]
    assert stopped == [{"agentId": agent_id, "operationSucceeded": True, "description": "Succeeded"}], stopped
    started = discovery.start_data_collection_by_agent_ids(agentIds=[agent_id, "o-00000000000000000"])
    outcomes = {one["agentId"]: one["description"] for one in started["agentsConfigurationStatus"]}
    assert outcomes == {agent_id: "Succeeded", "o-00000000000000000": "Failed"}, outcomes


def check_delete(agent_id):
    answer = discovery.batch_delete_agents(deleteAgents=[{"agentId": "o-00000000000000000"}, {"agentId": agent_id}])
    codes = {error["agentId"]: error["errorCode"] for error in answer["errors"]}
    assert codes == {"o-00000000000000000": "NOT_FOUND", agent_id: "AGENT_IN_USE"}, codes
    assert discovery.batch_delete_agents(deleteAgents=[{"agentId": agent_id, "force": True}])["errors"] == []
    assert discovery.describe_agents()["agentsInfo"] == []


def check_export():
    described = discovery.describe_continuous_exports()["descriptions"]
    assert [one["status"] for one in described] == ["ACTIVE"], described
    export_id = described[0]["exportId"]
    message = expect_error("ConflictErrorException", discovery.start_continuous_export)
    assert message == f"Continuous export {export_id} is already ACTIVE.", message
    stopped = discovery.stop_continuous_export(exportId=export_id)
    assert stopped["stopTime"] >= stopped["startTime"]

    def inactive():
        status = discovery.describe_continuous_exports(exportIds=[export_id])["descriptions"][0]["status"]
        return status == "INACTIVE"

    wait_for("the end of the export", inactive)
    again = discovery.start_continuous_export()
    assert again["s3Bucket"] == described[0]["s3Bucket"] and again["exportId"] != export_id
    assert again["schemaStorageConfig"] == {"databaseName": DATABASE} and again["dataSource"] == "AGENT"
    pages = discovery.get_paginator("describe_continuous_exports").paginate(PaginationConfig={"PageSize": 1})
    assert [one["exportId"] for page in pages for one in page["descriptions"]] == [again["exportId"], export_id]


def made(export_id):
    """The export when it is over."""

    def over():
        info = discovery.describe_export_tasks(exportIds=[export_id])["exportsInfo"][0]
        return info if info["exportStatus"] != "IN_PROGRESS" else None

    info = wait_for("the end of an export", over)
    assert info["exportStatus"] == "SUCCEEDED", info
    assert info["statusMessage"].startswith("Data export ran successfully and is accessible from the download URL."), info
    return info


def fetch_zip(info):
    with urllib.request.urlopen(info["configurationsDownloadUrl"]) as answer:
        assert answer.headers["content-type"] == "application/zip", answer.headers
        return zipfile.ZipFile(io.BytesIO(answer.read()))


def records_of(archive, ending):
    name = next(name for name in archive.namelist() if name.endswith(ending))
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def check_export_tasks(agent_id):
    agent_filter = [{"name": "agentIds", "values": [agent_id], "condition": "EQUALS"}]
    start, end = datetime(2020, 1, 1, tzinfo=timezone.utc), datetime.now(timezone.utc) + timedelta(hours=1)
    request = {"filters": agent_filter, "startTime": start, "endTime": end, "exportDataFormat": ["CSV"]}
    export_id = discovery.start_export_task(**request)["exportId"]
    info = made(export_id)
    assert info["isTruncated"] is False and info["requestedStartTime"] == start, info
    archive = fetch_zip(info)
    assert len(archive.namelist()) == 7, archive.namelist()
    processes = records_of(archive, "_process.csv")
    assert processes and {row["agentId"] for row in processes} == {agent_id}
    assert all(datetime.fromisoformat(row["agentProvidedTimeStamp"]) for row in processes)
    results = json.loads(archive.read("123456789012_results.json"))
    assert results["ExportStatus"] == "SUCCEEDED" and "ActualStartTime" in results["ExportSummary"], results
    message = expect_error("OperationNotPermittedException", discovery.start_export_task, **request)
    assert message.rsplit(" ", 1) == ["A successful export is already present Export ID:", export_id], message
    expect_error("InvalidParameterValueException", discovery.start_export_task, **{**request, "endTime": start})

    summary_id = discovery.start_export_task()["exportId"]
    summary = fetch_zip(made(summary_id))
    servers = records_of(summary, "_Server.csv")
    assert [row["agentId"] for row in servers] == [agent_id], servers
    assert [row["ServerId"] for row in records_of(summary, "_ImportTemplate.csv")] == [row["Id"] for row in servers]

    preferences = {
        "enabled": True,
        "cpuPerformanceMetricBasis": {"name": "p95", "percentageAdjust": 100.0},
        "ramPerformanceMetricBasis": {"name": "MAX"},
        "tenancy": "SHARED",
        "excludedInstanceTypes": ["t3.nano"],
    }
    ec2_id = discovery.start_export_task(preferences={"ec2RecommendationsPreferences": preferences})["exportId"]
    recommendations = records_of(fetch_zip(made(ec2_id)), ".csv")
    assert [row["ServerId"] for row in recommendations] == [row["Id"] for row in servers]
    assert "dated example" in recommendations[0]["Recommendation.EC2.Remarks"], recommendations

    old_id = discovery.export_configurations()["exportId"]
    made(old_id)
    old = discovery.describe_export_configurations(exportIds=[old_id, summary_id])["exportsInfo"]
    assert [one["exportId"] for one in old] == [old_id, summary_id], old
    expect_error("ResourceNotFoundException", discovery.describe_export_configurations, exportIds=[ec2_id])
    pages = discovery.get_paginator("describe_export_tasks").paginate(PaginationConfig={"PageSize": 1})
    assert [one["exportId"] for page in pages for one in page["exportsInfo"]] == [old_id, ec2_id, summary_id, export_id]
    of_agent = discovery.describe_export_tasks(filters=agent_filter)["exportsInfo"]
    assert [one["exportId"] for one in of_agent] == [export_id]


def check_glue(bucket):
    assert glue.get_database(Name=DATABASE)["Database"]["Name"] == DATABASE
    assert DATABASE in [one["Name"] for page in glue.get_paginator("get_databases").paginate() for one in page["DatabaseList"]]
    tables = [one for page in glue.get_paginator("get_tables").paginate(DatabaseName=DATABASE) for one in page["TableList"]]
    assert TABLES <= {table["Name"] for table in tables}
    table = glue.get_table(DatabaseName=DATABASE.upper(), Name="OS_INFO_agent")["Table"]
    assert table["StorageDescriptor"]["Location"] == f"s3://{bucket}/os_info_agent/"
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]][:3] == ["account_number", "agent_id", "os_name"]
    partitions = glue.get_partitions(DatabaseName=DATABASE, TableName="os_info_agent", Expression="dt >= '2020-01-01'")["Partitions"]
    assert len(partitions) >= 1
    one = glue.get_partition(DatabaseName=DATABASE, TableName="os_info_agent", PartitionValues=partitions[0]["Values"])["Partition"]
    assert one["StorageDescriptor"]["Location"] == partitions[0]["StorageDescriptor"]["Location"]
    expect_error("EntityNotFoundException", glue.get_table, DatabaseName=DATABASE, Name="nothing")


def check_s3(bucket):
    assert bucket in [one["Name"] for one in s3.list_buckets()["Buckets"]]
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")["CommonPrefixes"]
    assert "os_info_agent/" in [folder["Prefix"] for folder in folders]
    keys = [one["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="os_info_agent/") for one in page["Contents"]]
    head = s3.head_object(Bucket=bucket, Key=keys[0])
    body = s3.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
    assert len(body) == head["ContentLength"] and body[:4] == b"PAR1" and body[-4:] == b"PAR1"
    ranged = s3.get_object(Bucket=bucket, Key=keys[0], Range="bytes=0-3")
    assert ranged["Body"].read() == b"PAR1" and ranged["ContentRange"] == f"bytes 0-3/{len(body)}"
    expect_error("NoSuchKey", s3.get_object, Bucket=bucket, Key="nothing")
    signer = boto3.client("s3", config=CONFIG.merge(Config(signature_version="s3v4")))
    url = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": keys[0]}, ExpiresIn=60)
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == body
    old = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": keys[0]}, ExpiresIn=60)
    try:
        urllib.request.urlopen(old)
        raise AssertionError("a signature of version 2 was taken")
    except urllib.error.HTTPError as error:
        assert error.code == 400 and b"Please use AWS4-HMAC-SHA256" in error.read()


def check_s3_writes():
    bucket = f"acceptance-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    assert s3.head_bucket(Bucket=bucket)["BucketRegion"] == s3.meta.region_name
    expect_error("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a/one.txt", Body=b"one", ContentType="text/plain", Metadata={"owner": "me"})
    one = s3.get_object(Bucket=bucket, Key="a/one.txt")
    assert (one["Body"].read(), one["ContentType"], one["Metadata"]) == (b"one", "text/plain", {"owner": "me"}), one
    large = bytes(range(256)) * 81_920  # 20 MiB, which boto3 sends in parts of 8
    s3.upload_fileobj(io.BytesIO(large), bucket, "large")
    head = s3.head_object(Bucket=bucket, Key="large")
    assert head["ContentLength"] == len(large) and head["ETag"].endswith('-3"'), head
    assert s3.get_object(Bucket=bucket, Key="large")["Body"].read() == large
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="given-up")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="given-up", UploadId=upload_id, PartNumber=1, Body=b"x")
    assert len(s3.list_parts(Bucket=bucket, Key="given-up", UploadId=upload_id)["Parts"]) == 1
    s3.abort_multipart_upload(Bucket=bucket, Key="given-up", UploadId=upload_id)
    expect_error("NoSuchUpload", s3.list_parts, Bucket=bucket, Key="given-up", UploadId=upload_id)
    expect_error("BucketNotEmpty", s3.delete_bucket, Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="a/one.txt")
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "large"}, {"Key": "nobody"}]})
    assert len(deleted["Deleted"]) == 2, deleted
    s3.delete_bucket(Bucket=bucket)


def check_imports():
    bucket = f"acceptance-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    rows = ["ExternalId,HostName,IPAddress,Applications,Tags", "acc-1,imported-1,10.99.0.1,payroll,zone:1", "acc-2,imported-2,nowhere,,"]
    s3.put_object(Bucket=bucket, Key="servers.csv", Body="\n".join(rows).encode())
    request = {"name": "acceptance", "importUrl": f"s3://{bucket}/servers.csv", "clientRequestToken": bucket}
    task = discovery.start_import_task(**request)["task"]
    assert discovery.start_import_task(**request)["task"]["importTaskId"] == task["importTaskId"]
    expect_error("ResourceInUseException", discovery.start_import_task, **{**request, "name": "another"})
    expect_error("InvalidParameterValueException", discovery.start_import_task, name="none", importUrl=f"s3://{bucket}/none")
    mine = [{"name": "IMPORT_TASK_ID", "values": [task["importTaskId"]]}]

    def ended(*states):
        [found] = discovery.describe_import_tasks(filters=mine)["tasks"]
        return found if found["status"] in states else None

    done = wait_for("the import", lambda: ended("IMPORT_COMPLETE_WITH_ERRORS"))
    assert (done["serverImportSuccess"], done["serverImportFailure"]) == (1, 1), done
    with urllib.request.urlopen(done["errorsAndFailedEntriesZip"]) as response:
        archive = zipfile.ZipFile(io.BytesIO(response.read()))
    errors = list(csv.DictReader(io.StringIO(archive.read("errors-file.csv").decode())))
    assert errors == [{"Line": "3", "ColumnName": "IPAddress", "ExternalId": "acc-2", "ErrorMessage": "IPAddress is not an IP address."}], errors
    by_host = [{"name": "server.hostName", "condition": "EQUALS", "values": ["imported-1"]}]
    assert len(discovery.list_configurations(configurationType="SERVER", filters=by_host)["configurations"]) == 1
    assert discovery.batch_delete_import_data(importTaskIds=[task["importTaskId"]])["errors"] == []
    wait_for("the deletion", lambda: ended("DELETE_COMPLETE"))
    assert discovery.list_configurations(configurationType="SERVER", filters=by_host)["configurations"] == []


def check_athena():
    group = athena.get_work_group(WorkGroup="primary")["WorkGroup"]
    assert group["State"] == "ENABLED" and group["Configuration"]["EnforceWorkGroupConfiguration"] is False
    query_id, execution = run_query("SELECT count(*) AS n, min(name) FROM processes_agent WHERE dt >= '2020-01-01'")
    assert execution["Status"]["State"] == "SUCCEEDED", execution
    header, row = rows_of(query_id)
    assert header == ["n", "_col1"] and int(row[0]) > 0, (header, row)
    location = execution["ResultConfiguration"]["OutputLocation"]
    bucket, key = location.removeprefix("s3://").split("/", 1)
    csv = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert csv == f'"n","_col1"\n"{row[0]}","{row[1]}"\n', csv
    assert s3.head_object(Bucket=bucket, Key=f"{key}.metadata")["ContentLength"] > 0
    assert query_id in athena.list_query_executions()["QueryExecutionIds"]
    _, failed = run_query("SELECT nothing FROM os_info_agent")
    assert failed["Status"]["State"] == "FAILED" and failed["Status"]["StateChangeReason"].startswith("COLUMN_NOT_FOUND: line 1:8: "), failed
    _, shown = run_query("SHOW TABLES")
    assert shown["Status"]["State"] == "SUCCEEDED", shown
    long_id = athena.start_query_execution(
        QueryString="SELECT count(*) FROM UNNEST(sequence(1, 100000000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 1000000)) AS b(y)",
        QueryExecutionContext={"Database": DATABASE},
    )["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=long_id)
    stopped = wait_for(
        "a stopped query",
        lambda: athena.get_query_execution(QueryExecutionId=long_id)["QueryExecution"]["Status"]["State"] == "CANCELLED",
    )
    assert stopped
    expect_error("InvalidRequestException", athena.get_query_results, QueryExecutionId=long_id)


def check_refusals():
    message = expect_error("UnknownOperationException", glue.list_crawlers)
    assert "ListCrawlers" in message, message
    wrong = boto3.client("discovery", aws_secret_access_key="wrong", aws_access_key_id="AKIAUNKNOWNUNKNOWNXX", config=CONFIG)
    expect_error("UnrecognizedClientException", wrong.describe_agents)


def main():
    check_identity()
    agent_id = check_agents()
    bucket = discovery.describe_continuous_exports()["descriptions"][0]["s3Bucket"]
    wait_for("the first rows in the lake", lambda: "Contents" in s3.list_objects_v2(Bucket=bucket, Prefix="os_info_agent/"))
    check_glue(bucket)
    check_s3(bucket)
    check_s3_writes()
    check_imports()
    check_athena()
    check_export()
    check_export_tasks(agent_id)
    check_collection(agent_id)
    check_delete(agent_id)
    check_refusals()
    print("every operation answered")


main()
