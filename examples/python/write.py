"""Has a script written and asks until it is there: python3 write.py [http://localhost:3000]. `generate.sh` writes scenor_api."""

import sys
import time
import uuid

from scenor_api import AuthenticatedClient, Client
from scenor_api.api.ai import post_ai_generate
from scenor_api.api.auth import post_auth_login, post_auth_register
from scenor_api.api.operations import get_operations_id
from scenor_api.api.scenarios import get_scenarios_id
from scenor_api.models import Operation, PostAiGenerateBody, PostAuthLoginBody, PostAuthRegisterBody, Problem


def expect(kind, answer):
    """What was answered, as what it should be: a refusal is an error that says its code."""
    told = answer.parsed
    if isinstance(told, kind):
        return told
    code = told.code.value if isinstance(told, Problem) else "no problem document"
    raise SystemExit(f"refused: {answer.status_code} {code}")


def finished(client, operation):
    """Asks as often as `Retry-After` says until the operation has ended."""
    while operation.finished_at is None:
        answer = get_operations_id.sync_detailed(operation.id, client=client)
        operation = expect(Operation, answer)
        if operation.finished_at is None:
            time.sleep(int(answer.headers.get("retry-after", "2")))
    if operation.status.value != "succeeded":
        raise SystemExit(f"{operation.id} {operation.status.value}: {operation.error and operation.error.code.value}")
    return operation


def main(origin):
    anonymous = Client(base_url=origin)
    email, password = f"python-{uuid.uuid4()}@example.test", str(uuid.uuid4())
    body = PostAuthRegisterBody(email=email, password=password, locale="en")
    registered = post_auth_register.sync_detailed(client=anonymous, body=body)
    if registered.status_code == 202:
        finished(anonymous, registered.parsed)
    login = post_auth_login.sync_detailed(client=anonymous, body=PostAuthLoginBody(email=email, password=password))
    client = AuthenticatedClient(base_url=origin, token=login.parsed.access_token)

    brief = PostAiGenerateBody(brief="A thermos that keeps tea hot for a day. Order on the site.", target_duration_s=30)
    # The same key after a lost answer never writes, or costs, twice.
    accepted = post_ai_generate.sync_detailed(client=client, body=brief, idempotency_key=str(uuid.uuid4()))
    operation = finished(client, expect(Operation, accepted))
    script = get_scenarios_id.sync(operation.result.scenario_id, client=client)
    print(f"{operation.status.value}: {script.title}, {len(script.scenes)} scenes")


main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:3000")
