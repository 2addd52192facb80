"""Walks through DataZone as a user of boto3 does, unmodified: domain, project, environment, data source, runs, lineage.

The server runs with this host's own agent and a continuous export. The endpoint and the key come from the environment,
as they would for any script. A failed assertion ends the script with a traceback and exit code 1.
"""

import json
import time
import uuid
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"max_attempts": 1})
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
EXTRAS = {"ingest_errors"}
OWN = "hand_made"

datazone = boto3.client("datazone", config=CONFIG)
discovery = boto3.client("discovery", config=CONFIG)
glue = boto3.client("glue", config=CONFIG)
region = datazone.meta.region_name
account = boto3.client("sts", config=CONFIG).get_caller_identity()["Account"]


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
        return error.response
    raise AssertionError(f"{code} was not raised")


def make_containers():
    domain = datazone.create_domain(name="acceptance", domainExecutionRole=f"arn:aws:iam::{account}:role/domain")
    place = {"domainIdentifier": domain["id"]}
    wait_for("the domain", lambda: datazone.get_domain(identifier=domain["id"])["status"] == "AVAILABLE")
    project = datazone.create_project(**place, name="discovery")
    return place, project["id"]


def make_environment(place, project):
    blueprints = datazone.list_environment_blueprints(**place, managed=True)["items"]
    blueprint = next(one["id"] for one in blueprints if one["name"] == "DefaultDataLake")
    datazone.put_environment_blueprint_configuration(
        **place, environmentBlueprintIdentifier=blueprint, enabledRegions=[region]
    )
    profile = datazone.create_environment_profile(
        **place,
        name="lake",
        projectIdentifier=project,
        environmentBlueprintIdentifier=blueprint,
        awsAccountId=account,
        awsAccountRegion=region,
    )
    environment = datazone.create_environment(
        **place, projectIdentifier=project, name="lake", environmentProfileIdentifier=profile["id"]
    )
    identifier = environment["id"]
    wait_for("the environment", lambda: datazone.get_environment(**place, identifier=identifier)["status"] == "ACTIVE")
    return identifier


def make_source(place, project, *filters, **more):
    relational = {"databaseName": DATABASE, "filterExpressions": list(filters)}
    source = datazone.create_data_source(
        **place,
        name="lake",
        projectIdentifier=project,
        type="GLUE",
        configuration={"glueRunConfiguration": {"relationalFilterConfigurations": [relational]}},
        **more,
    )
    assert source["status"] == "CREATING", source
    wait_for("the data source", lambda: datazone.get_data_source(**place, identifier=source["id"])["status"] == "READY")
    return source["id"]


def run(place, source):
    token = uuid.uuid4().hex
    started = datazone.start_data_source_run(**place, dataSourceIdentifier=source, clientToken=token)
    assert started["status"] == "REQUESTED" and started["type"] == "PRIORITIZED", started
    again = datazone.start_data_source_run(**place, dataSourceIdentifier=source, clientToken=token)
    assert again["id"] == started["id"], again

    def ended():
        found = datazone.get_data_source_run(**place, identifier=started["id"])
        return found if found["status"] not in ("REQUESTED", "RUNNING") else None

    found = wait_for("the end of a run", ended)
    assert found["status"] == "SUCCESS", found
    # The source rests a moment after its run has ended.
    wait_for("a source at rest", lambda: datazone.get_data_source(**place, identifier=source)["status"] == "READY")
    activities = activities_of(place, started["id"])
    counters = {name: count for name, count in found["runStatisticsForAssets"].items() if count > 0}
    assert sum(counters.values()) == len(activities), (counters, activities)
    return found, counters, activities


def activities_of(place, run_id):
    pages = datazone.get_paginator("list_data_source_run_activities").paginate(
        **place, identifier=run_id, PaginationConfig={"PageSize": 3}
    )
    return {one["technicalName"]: one for page in pages for one in page["items"]}


def table_input(*columns):
    return {
        "Name": OWN,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "parquet"},
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": "string"} for name in columns],
            "Location": "s3://somewhere/hand_made/",
        },
    }


def check_runs(place, project, source):
    glue.create_table(DatabaseName=DATABASE, TableInput=table_input("a"))
    expect_error("AlreadyExistsException", glue.create_table, DatabaseName=DATABASE, TableInput=table_input("a"))
    all_tables = TABLES | EXTRAS | {OWN}
    first, counters, activities = run(place, source)
    assert counters == {"added": len(all_tables)}, counters
    assert set(activities) == all_tables, activities
    assert first["lineageSummary"] == {"importStatus": "SUCCESS"}, first

    second, counters, _ = run(place, source)
    assert counters == {"unchanged": len(all_tables)} and "lineageSummary" not in second, second

    glue.update_table(DatabaseName=DATABASE, TableInput=table_input("a", "b"))
    expect_error(
        "ConcurrentModificationException", glue.update_table, DatabaseName=DATABASE, TableInput=table_input("c"), VersionId="0"
    )
    _, counters, changed = run(place, source)
    assert counters == {"updated": 1, "unchanged": len(all_tables) - 1}, counters
    assert changed[OWN]["dataAssetStatus"] == "SUCCEEDED_UPDATED", changed[OWN]
    asset = datazone.get_asset(**place, identifier=changed[OWN]["dataAssetId"])
    assert asset["revision"] == "2", asset
    form = next(one for one in asset["formsOutput"] if one["formName"] == "GlueTableForm")
    assert [column["columnName"] for column in json.loads(form["content"])["columns"]] == ["a", "b"], form

    exclude = {"type": "EXCLUDE", "expression": "*_connection_agent"}
    narrow = make_source(place, project, {"type": "INCLUDE", "expression": "*"}, exclude)
    _, counters, skipped = run(place, narrow)
    assert counters == {"skipped": len(all_tables) - 2}, counters
    assert {one["dataAssetStatus"] for one in skipped.values()} == {"SKIPPED_ALREADY_IMPORTED"}, skipped

    glue.delete_table(DatabaseName=DATABASE, Name=OWN)
    _, counters, left = run(place, source)
    assert counters == {"unchanged": len(all_tables) - 1} and OWN not in left, (counters, left)
    assert datazone.get_asset(**place, identifier=asset["id"])["revision"] == "2"
    return activities


def check_search(place, asset_id):
    found = datazone.search(**place, searchScope="ASSET", searchText="os_info_agent")["items"]
    assert asset_id in [one["assetItem"]["identifier"] for one in found], found


def check_lineage(place, activities):
    export_id = discovery.describe_continuous_exports()["descriptions"][0]["exportId"]
    export_run = f"periplus.continuous-export/{export_id}"
    asset_id = activities["os_info_agent"]["dataAssetId"]
    asset_node = f"amazon.datazone.asset/{asset_id}"

    def name_of(reference):
        return datazone.get_lineage_node(**place, identifier=reference["id"])["sourceIdentifier"]

    def upstream():
        node = datazone.get_lineage_node(**place, identifier=asset_node)
        names = [name_of(one) for one in node["upstreamNodes"]]
        return names if export_run in names else None

    names = wait_for("the export above the table", upstream)
    arn = f"arn:aws:glue:{region}:{account}:table/{DATABASE}/os_info_agent"
    assert arn in names, names
    job = datazone.get_lineage_node(**place, identifier=export_run)
    assert job["typeName"] == "amazon.datazone.JobRunLineageNodeType", job
    assert len(job["downstreamNodes"]) == len(TABLES | EXTRAS), job

    event = {
        "eventType": "COMPLETE",
        "eventTime": "2030-01-01T00:00:00.000Z",
        "producer": "https://example.org/acceptance",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid4())},
        "job": {"namespace": "acceptance", "name": "report"},
        "inputs": [{"namespace": f"arn:aws:glue:{region}:{account}:table", "name": f"{DATABASE}/os_info_agent"}],
        "outputs": [{"namespace": "reports", "name": "operating_systems"}],
    }
    body = json.dumps(event, indent=1)
    token = uuid.uuid4().hex
    posted = datazone.post_lineage_event(**place, event=body, clientToken=token)
    assert datazone.post_lineage_event(**place, event=body, clientToken=token)["id"] == posted["id"]
    kept = datazone.get_lineage_event(**place, identifier=posted["id"])
    assert kept["event"].read().decode() == body and kept["processingStatus"] == "SUCCESS", kept
    assert kept["eventTime"] == datetime(2030, 1, 1, tzinfo=timezone.utc), kept
    newest = datazone.list_lineage_events(**place, maxResults=1)["items"][0]
    assert newest["id"] == posted["id"] and newest["eventSummary"]["openLineageRunEventSummary"]["job"]["name"] == "report"
    below = [name_of(one) for one in datazone.get_lineage_node(**place, identifier=asset_node)["downstreamNodes"]]
    assert below == [f"acceptance.report/{event['run']['runId']}"], below
    earlier = datetime(2029, 1, 1, tzinfo=timezone.utc)
    before = datazone.get_lineage_node(**place, identifier=asset_node, eventTimestamp=earlier)
    assert before["downstreamNodes"] == [], before
    history = datazone.list_lineage_node_history(**place, identifier=arn, direction="DOWNSTREAM")["nodes"]
    assert [one["eventTimestamp"] for one in history] == [kept["eventTime"]], history
    refused = expect_error("ValidationException", datazone.post_lineage_event, **place, event=b'{"job":{}}')
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 400
    return asset_id


def check_database():
    glue.create_database(DatabaseInput={"Name": "mine"})
    glue.create_table(DatabaseName="mine", TableInput=table_input("a"))
    glue.delete_database(Name="mine")
    expect_error("EntityNotFoundException", glue.get_database, Name="mine")


def check_fault(place):
    """An export whose table is deleted stops with an error, which lineage tells of; stop and start make the table anew."""
    described = lambda: discovery.describe_continuous_exports()["descriptions"][0]
    export_id = described()["exportId"]
    glue.delete_table(DatabaseName=DATABASE, Name="processes_agent")
    fault = wait_for("the fault", lambda: described() if described()["status"] == "ERROR" else None)
    assert fault["statusDetail"] == "FIREHOSE_STREAM_DOES_NOT_EXIST", fault

    def state():
        node = datazone.get_lineage_node(**place, identifier=f"periplus.continuous-export/{export_id}")
        form = next(one for one in node["formsOutput"] if one["formName"] == "JobRunForm")
        return json.loads(form["content"])["eventType"]

    wait_for("the fault in the graph", lambda: state() == "FAIL")
    discovery.stop_continuous_export(exportId=export_id)
    wait_for("the end of the export", lambda: described()["status"] == "INACTIVE")
    wait_for("the end in the graph", lambda: state() == "COMPLETE")
    discovery.start_continuous_export()
    wait_for("the next export", lambda: described()["status"] == "ACTIVE")
    assert glue.get_table(DatabaseName=DATABASE, Name="processes_agent")["Table"]["VersionId"] == "0"


def main():
    wait_for("the export", lambda: discovery.describe_continuous_exports()["descriptions"][0]["status"] == "ACTIVE")
    place, project = make_containers()
    environment = make_environment(place, project)
    source = make_source(place, project, environmentIdentifier=environment)
    activities = check_runs(place, project, source)
    asset_id = check_lineage(place, activities)
    check_search(place, asset_id)
    check_database()
    check_fault(place)
    print("DataZone answered")


main()
