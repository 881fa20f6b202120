"""What Schemathesis cannot find out by itself about the server: see main.ts, which starts it."""

import atexit
import json
import os
import re
import urllib.request
import zlib
from collections import Counter, defaultdict

import schemathesis

DESK = os.environ["FUZZ_DESK_URL"]

# Calls that end credentials, be it our own or, with a User, a binding, a grant or a Space, what they rest on.
ENDING = {
    "logout",
    "revokeOwnSession",
    "changeOwnPassword",
    "switchMember",
    "updateUser",
    "disableUser",
    "updateUserMember",
    "revokeUserMember",
    "disableMember",
    "disableRole",
    "disableSpace",
    "revokeAdminGrant",
    "revokeAPIKey",
    "rotateAPIKey",
    "updateAPIKey",
}

QUESTIONS = {"checkAuthorization", "explainAuthorization", "checkAuthorizationBatch"}
DATA_ROWS = {"createDataRow", "updateDataRow", "deleteDataRow"}
ASSIGNMENTS = {"createMemberRole", "updateMemberRole"}
MANIFEST = {"installPlugin"}
SETTINGS = {"updatePluginSettings"}

# Rules of a 400 that a JSON Schema cannot state, and the operations that have them: they compare fields with each other,
# with the clock, with who asks, or with what is stored. A request that breaks one is not right, only right by its
# schema; so it counts as a negative case, of which the checks ask that it is refused. A rule that is not here, or here
# for another operation, is a finding. How often each was met is printed at the end.
IN_WORDS = {
    # What the question does not say has to be said elsewhere, which depends on its mode and on who asks.
    "required": QUESTIONS | DATA_ROWS | {"installTemplate", "previewTemplateInstall"},
    "equal": QUESTIONS,
    "managed": QUESTIONS,
    # Which fields there are depends on the level.
    "level": {"createAdminGrant", "createAPIKey"},
    "future": {"createAdminGrant", "createAPIKey", "updateAPIKey"},
    "window": ASSIGNMENTS,
    "range": {"listAuditLogs", "listSpaceAuditLogs"},
    "storage": {"upsertResourceMapping"},
    "parent": {"createGroup"},
    "cycle": {"moveGroup"},
    "path_length": {"moveGroup"},
    "current": {"changeOwnPassword"},
    # The shortest that is allowed is a setting of the instance.
    "password": {"changeOwnPassword", "createUser", "register", "updateUser"},
    "missing": {"installTemplate"},
    "requires_core": MANIFEST,
    "source": MANIFEST,
    "taken": MANIFEST,
    "unique": MANIFEST,
    "secret": MANIFEST,
    "reference": MANIFEST | SETTINGS | DATA_ROWS,
    # The value of a setting has to be of the type that the manifest says, and no longer than so many bytes.
    "type": MANIFEST | SETTINGS,
    "size": MANIFEST | SETTINGS,
    "scope": SETTINGS,
    # The code of a 400 that names no rule.
    "UNSUPPORTED_RESOURCE_MAPPING": DATA_ROWS | {"listDataRows", "getDataRow"},
}

# The places of rules that have their names in common with a keyword of JSON Schema: elsewhere it is the keyword.
PLACES = {
    "required": re.compile(
        r"(/items/\d+)?/(actor(/(user_id|member_id|user_member_id|space_id))?|actor_user_member_id"
        r"|resource(/space_id)?|resource_type|resource_id|space_id)"
    ),
    "type": re.compile(r"(/manifest)?/settings/[^/]+(/default)?"),
}

credentials = {}
statuses = defaultdict(Counter)
in_words = Counter()


def credential(kind):
    if kind not in credentials:
        with urllib.request.urlopen(f"{DESK}/{kind}", timeout=20) as answer:
            credentials[kind] = answer.read().decode()
    return credentials[kind]


def operation_id(case):
    return case.operation.definition.raw.get("operationId", "")


@schemathesis.auth(refresh_interval=None)
class Credential:
    """
    Who calls, the same for the same request: the super admin in a session, with or without an active Member, or an API
    key with all rights where it is accepted.
    """

    def get(self, case, context):
        accepted = {name for row in case.operation.definition.raw.get("security", []) for name in row}
        choice = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode(errors="replace")) % 4
        if "apiKey" in accepted and choice < 2:
            return "X-Plystra-API-Key", credential("key")
        if "session" in accepted:
            return "Authorization", f"Bearer {credential('session' if choice == 2 else 'acting')}"
        return None

    def set(self, case, data, context):
        if data is None:
            return
        case.headers = case.headers or {}
        case.headers[data[0]] = data[1]


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # Cursors are sealed: one that nobody was given is refused, which is right, and looks like a refusal of right data.
    if case.query:
        case.query.pop("cursor", None)
    # The coverage phase takes the pattern of If-Match for a mere length and sends 0, which is outside of the schema.
    if case.headers and case.headers.get("If-Match") == "0":
        del case.headers["If-Match"]


@schemathesis.hook
def after_call(context, case, response):
    name = operation_id(case)
    if response.request.method == case.operation.method.upper():
        statuses[name][str(response.status_code)] += 1
    if response.status_code == 401 or name in ENDING:
        credentials.clear()
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    broken = broken_rules(response)
    if broken and all(is_in_words(name, *rule) or breaks_rule_of_all(case, rule[0]) for rule in broken):
        in_words.update({f"{name} {rule}" for rule, _ in broken})
        case.meta.generation.mode = schemathesis.GenerationMode.NEGATIVE


def broken_rules(response):
    """The rules that a 400 names with their places, or its code where it names none."""
    error = response.json()["error"]
    if not isinstance(error["details"], list):
        return [(error["code"], "")]
    return [(violation["rule"], violation["pointer"]) for violation in error["details"]]


def is_in_words(name, rule, pointer):
    return name in IN_WORDS.get(rule, ()) and (rule not in PLACES or PLACES[rule].fullmatch(pointer) is not None)


def breaks_rule_of_all(case, rule):
    """Whether the request breaks one of the rules for all requests that the description of the contract tells."""
    sent = json.dumps([case.path_parameters, case.query, case.body], default=str, ensure_ascii=False)
    if rule == "characters":
        return "\\u0000" in sent or any("\ud800" <= letter <= "\udfff" for letter in sent)
    return rule == "prototype" and '"__proto__":' in sent


@atexit.register
def report():
    with open(os.environ["FUZZ_TALLY_FILE"], "w", encoding="utf-8") as file:
        json.dump({"statuses": statuses, "inWords": in_words}, file)
