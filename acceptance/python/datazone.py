"""Data sources and their runs over the lake's tables through boto3, unmodified.

The server runs with this host's own agent and a continuous export. The endpoint and the key come from the environment,
as they would for any script. A failed assertion ends the script with a traceback and exit code 1.
"""

import json
import time
from datetime import datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

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

datazone = boto3.client("datazone", config=Config(retries={"max_attempts": 1}))
glue = boto3.client("glue", config=Config(retries={"max_attempts": 1}))


def wait_for(what, check, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = check()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def expect_error(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error
        return
    raise AssertionError(f"{code} was not raised")


def lake_tables():
    try:
        return {table["Name"] for table in glue.get_tables(DatabaseName=DATABASE)["TableList"]}
    except glue.exceptions.EntityNotFoundException:
        return set()


tables = wait_for("the lake's tables", lambda: lake_tables() if TABLES <= lake_tables() else None)

domain = datazone.create_domain(
    name="acceptance", domainExecutionRole="arn:aws:iam::123456789012:role/execution", clientToken="one"
)["id"]
wait_for("the domain", lambda: datazone.get_domain(identifier=domain)["status"] == "AVAILABLE")
project = datazone.create_project(domainIdentifier=domain, name="acceptance")["id"]
assert datazone.get_project(domainIdentifier=domain, identifier=project)["projectStatus"] == "ACTIVE"


def make_source(name, *filters):
    rules = [{"type": kind, "expression": expression} for kind, expression in filters]
    made = datazone.create_data_source(
        domainIdentifier=domain,
        projectIdentifier=project,
        name=name,
        type="GLUE",
        configuration={
            "glueRunConfiguration": {
                "relationalFilterConfigurations": [{"databaseName": DATABASE, "filterExpressions": rules}]
            }
        },
    )
    assert made["status"] == "CREATING" and isinstance(made["createdAt"], datetime)
    return wait_until_ready(made["id"])


def wait_until_ready(source):
    read = lambda: datazone.get_data_source(domainIdentifier=domain, identifier=source)
    wait_for("READY", lambda: read()["status"] == "READY")
    return source


def run(source):
    started = datazone.start_data_source_run(domainIdentifier=domain, dataSourceIdentifier=source)
    read = lambda: datazone.get_data_source_run(domainIdentifier=domain, identifier=started["id"])
    wait_for("the end of the run", lambda: read()["status"] not in ("REQUESTED", "RUNNING"))
    return read()


def activities(ended):
    pages = datazone.get_paginator("list_data_source_run_activities").paginate(
        domainIdentifier=domain, identifier=ended["id"], PaginationConfig={"PageSize": 3}
    )
    return {item["technicalName"]: item for page in pages for item in page["items"]}


source = make_source("lake", ("INCLUDE", "*"))
first = run(source)
assert first["status"] == "SUCCESS", first
assert first["runStatisticsForAssets"]["added"] == len(tables)
assert json.loads(first["dataSourceConfigurationSnapshot"])["glueRunConfiguration"]["accountId"] == "123456789012"
seen = activities(first)
assert set(seen) == tables and {item["dataAssetStatus"] for item in seen.values()} == {"SUCCEEDED_CREATED"}

asset = datazone.get_asset(domainIdentifier=domain, identifier=seen["processes_agent"]["dataAssetId"])
forms = {form["formName"]: json.loads(form["content"]) for form in asset["formsOutput"]}
assert forms["GlueTableForm"]["tableName"] == "processes_agent"
assert forms["GlueTableForm"]["columns"][-1]["columnName"] == "dt"
named = f"externalIdentifier/{asset['externalIdentifier']}"
assert datazone.get_asset(domainIdentifier=domain, identifier=named)["id"] == asset["id"]

second = run(source)
assert second["runStatisticsForAssets"] == {
    "added": 0, "updated": 0, "unchanged": len(tables), "skipped": 0, "failed": 0
}

other = make_source("other", ("EXCLUDE", "*_connection_*"))
skipped = activities(run(other))
assert set(skipped) == {name for name in tables if "_connection_" not in name}
assert {item["dataAssetStatus"] for item in skipped.values()} == {"SKIPPED_ALREADY_IMPORTED"}

datazone.update_data_source(domainIdentifier=domain, identifier=other, enableSetting="DISABLED")
wait_until_ready(other)
expect_error(
    "ConflictException", 409, datazone.start_data_source_run, domainIdentifier=domain, dataSourceIdentifier=other
)
runs = datazone.list_data_source_runs(domainIdentifier=domain, dataSourceIdentifier=source)["items"]
assert [item["id"] for item in runs] == [second["id"], first["id"]]
sources = datazone.list_data_sources(domainIdentifier=domain, projectIdentifier=project)["items"]
assert [item["dataSourceId"] for item in sources] == [other, source]

assert datazone.delete_data_source(domainIdentifier=domain, identifier=other)["status"] == "DELETING"


def is_gone():
    try:
        datazone.get_data_source(domainIdentifier=domain, identifier=other)
    except datazone.exceptions.ResourceNotFoundException:
        return True


wait_for("the deletion", is_gone)
print("every data source answered")
