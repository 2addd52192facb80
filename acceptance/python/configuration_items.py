"""Groups, tags and deletes what the host's own agent discovers, through boto3, unmodified.

The server runs with this host's agent, which sends often. The endpoint and the key come from the environment. A failed
assertion ends the script with a traceback and exit code 1.
"""

import time
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

discovery = boto3.client("discovery", config=Config(retries={"max_attempts": 1}))


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


def listed(kind, **arguments):
    pages = discovery.get_paginator("list_configurations").paginate(configurationType=kind, **arguments)
    return [item for page in pages for item in page["configurations"]]


def described(configuration_id):
    return discovery.describe_configurations(configurationIds=[configuration_id])["configurations"][0]


def only_server():
    servers = listed("SERVER")
    return servers[0]["server.configurationId"] if servers else None


def check_application(server):
    made = discovery.create_application(name="payroll-1", description="payroll tier", wave="wave 1")["configurationId"]
    message = expect_error("InvalidParameterValueException", discovery.create_application, name="payroll-1")
    assert message == "An application with the name payroll-1 already exists.", message
    discovery.associate_configuration_items_to_application(applicationConfigurationId=made, configurationIds=[server])
    application = described(made)
    assert application["application.serverCount"] == "1" and application["application.wave"] == "wave 1", application
    inside = {"name": "server.application.name", "values": ["payroll-1"], "condition": "EQUALS"}
    assert [one["server.configurationId"] for one in listed("SERVER", filters=[inside])] == [server]
    discovery.update_application(configurationId=made, name="payroll-2", wave="")
    renamed = described(made)
    assert renamed["application.name"] == "payroll-2" and "application.wave" not in renamed, renamed
    discovery.disassociate_configuration_items_from_application(applicationConfigurationId=made, configurationIds=[server])
    assert described(made)["application.serverCount"] == "0"
    discovery.delete_applications(configurationIds=[made, made])
    assert listed("APPLICATION") == []


def check_tags(server):
    process = wait_for("the first process", lambda: listed("PROCESS"))[0]["process.configurationId"]
    tags = [{"key": "ServerLocation", "value": "Warehouse"}, {"key": "MigrationPhase", "value": "PH1"}]
    discovery.create_tags(configurationIds=[server, process], tags=tags)
    paginator = discovery.get_paginator("describe_tags")
    found = [tag for page in paginator.paginate(PaginationConfig={"PageSize": 1}) for tag in page["tags"]]
    assert len(found) == 4 and {tag["configurationType"] for tag in found} == {"SERVER", "PROCESS"}, found
    assert all(abs((datetime.now(timezone.utc) - tag["timeOfCreation"]).total_seconds()) < 60 for tag in found)
    by_tag = {"name": "server.tag.key", "values": ["ServerLocation"], "condition": "EQUALS"}
    assert [one["server.configurationId"] for one in listed("SERVER", filters=[by_tag])] == [server]
    discovery.delete_tags(configurationIds=[server], tags=tags[:1])
    filters = [{"name": "configurationId", "values": [server]}]
    left = discovery.describe_tags(filters=filters)["tags"]
    assert [(tag["key"], tag["value"]) for tag in left] == [("MigrationPhase", "PH1")], left
    expect_error("ResourceNotFoundException", discovery.create_tags, configurationIds=["d-server-00000000000000"], tags=tags)
    return process


def check_batch_delete(server):
    unknown = "d-server-00000000000000"
    start = discovery.start_batch_delete_configuration_task
    task_id = start(configurationType="SERVER", configurationIds=[server, unknown])["taskId"]

    def ended():
        task = discovery.describe_batch_delete_configuration_task(taskId=task_id)["task"]
        return task if task["status"] in ("COMPLETED", "FAILED") else None

    task = wait_for("the end of the batch delete", ended)
    assert task["status"] == "COMPLETED" and task["deletedConfigurations"] == [server], task
    assert [(one["configurationId"], one["errorStatusCode"]) for one in task["failedConfigurations"]] == [(unknown, 404)], task
    assert [one["configurationId"] for one in task["deletionWarnings"]] == [server], task
    assert discovery.describe_configurations(configurationIds=[server])["configurations"] == []
    again = wait_for("the server's new discovery", only_server)
    assert again != server
    return again


server_id = wait_for("the first server", only_server)
check_application(server_id)
process_id = check_tags(server_id)
new_id = check_batch_delete(server_id)
assert discovery.describe_tags()["tags"] == [], "tags of what was deleted are still there"
wait_for(
    "processes of the new server",
    lambda: any(one["server.configurationId"] == new_id for one in listed("PROCESS")),
)
assert all(one["server.configurationId"] == new_id for one in listed("PROCESS"))
print("configuration items can be grouped, tagged and deleted")
