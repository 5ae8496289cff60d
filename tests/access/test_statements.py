"""Signed statements of who a user is: what counts, and everything that does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from controller.access.known_keys import key_set
from controller.access.statements import Stated, Statements
from controller.core.errors import Denied, Transient
from tests.access.stating import AUDIENCE, ISSUER, Keys, identity, key, public, statement
from tests.world.clock import SteppedClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def statements(keys: Keys, clock: SteppedClock) -> Statements:
    return Statements(identity(keys), clock)


def refused(statements: Statements, text: str) -> str:
    with pytest.raises(Denied) as error:
        statements.read(text)
    assert error.value.reason == "StatementInvalid"
    return error.value.message


@pytest.mark.parametrize("by", ["EdDSA", "ES256", "RS256"])
def test_a_sound_statement_says_who_the_user_is(statements: Statements, clock: SteppedClock, by: str) -> None:
    said = statements.read(statement(clock.now, by=by, forge_login="carol"))
    assert said == Stated("4711", "Olga Petrova", "carol")
    assert said.login == "sub:4711"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "InvalidIssuerError"),
        ({"iss": None}, "MissingRequiredClaimError"),
        ({"aud": "https://elsewhere.example"}, "InvalidAudienceError"),
        ({"aud": None}, "MissingRequiredClaimError"),
        ({"aud": []}, "MissingRequiredClaimError"),
        ({"aud": ["https://elsewhere.example"]}, "InvalidAudienceError"),
        ({"exp": None}, "MissingRequiredClaimError"),
        ({"iat": None}, "MissingRequiredClaimError"),
        ({"sub": None}, "MissingRequiredClaimError"),
        ({"exp": "soon"}, "is no time"),
        ({"exp": True}, "is no time"),
        ({"exp": 1e300}, "is no time"),
        ({"iat": -1}, "is no time"),
        ({"nbf": 10**11}, "does not count yet"),
    ],
)
def test_a_claim_that_is_wrong_is_refused(
    statements: Statements, clock: SteppedClock, claims: dict[str, Any], why: str
) -> None:
    assert why in refused(statements, statement(clock.now, **claims))


def test_a_statement_lives_ten_minutes_at_most(statements: Statements, clock: SteppedClock) -> None:
    longer = int(clock.now.timestamp()) + 601
    assert "longer than 10 minutes" in refused(statements, statement(clock.now, exp=longer))


def test_a_statement_that_has_expired_is_refused(statements: Statements, clock: SteppedClock) -> None:
    text = statement(clock.now)
    clock.advance(5 * MINUTE + timedelta(seconds=31))
    assert "has expired" in refused(statements, text)


def test_a_statement_from_the_future_is_refused(statements: Statements, clock: SteppedClock) -> None:
    assert "does not count yet" in refused(statements, statement(clock.now + MINUTE))


@pytest.mark.parametrize(
    "subject",
    [
        "", " ", "a b", "a\nb", "alice\r\nModwright-By: bob", "modwright[bot]", "bob (1002)", "\u202eecila", "a\u200bb",
        "@acme", "x/@acme", "#1", "<b>", "`x`", "x" * 121, "ü", ".", "a.", 7, ["alice"], {"a": 1},
    ],
)  # fmt: skip
def test_a_subject_that_could_be_read_as_something_else_is_refused(
    statements: Statements, clock: SteppedClock, subject: Any
) -> None:
    refused(statements, statement(clock.now, sub=subject))


@pytest.mark.parametrize("subject", ["4711", "auth0|5f7c", "olga@example.com", "a1b2-c3", "https://id.example/olga"])
def test_subjects_as_providers_make_them_are_taken(statements: Statements, clock: SteppedClock, subject: str) -> None:
    assert statements.read(statement(clock.now, sub=subject)).subject == subject


@pytest.mark.parametrize("name", ["a\nb", "\u202eecila", "x" * 101, "a\u0000", 7, ["x"]])
def test_a_name_that_could_be_read_as_something_else_is_refused(
    statements: Statements, clock: SteppedClock, name: Any
) -> None:
    assert "name" in refused(statements, statement(clock.now, name=name))


@pytest.mark.parametrize("login", ["modwright[bot]", "a/b", "../x", "a b", "-a", "x" * 60, 7])
def test_a_forge_login_that_is_none_is_refused(statements: Statements, clock: SteppedClock, login: Any) -> None:
    assert "forge login" in refused(statements, statement(clock.now, forge_login=login))


def test_a_name_of_any_script_is_taken(statements: Statements, clock: SteppedClock) -> None:
    assert statements.read(statement(clock.now, name="Ольга Петрова")).name == "Ольга Петрова"


# --- keys and algorithms ------------------------------------------------------------------------------------------


def forged(algorithm: str, secret: Any, clock: SteppedClock, kid: str = "EdDSA") -> str:
    now = int(clock.now.timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "4711", "iat": now, "exp": now + 60}
    return jwt.encode(claims, secret, algorithm=algorithm, headers={"kid": kid})


def test_a_statement_without_a_signature_is_refused(statements: Statements, clock: SteppedClock) -> None:
    assert "algorithm" in refused(statements, forged("none", None, clock))


def test_a_shared_secret_is_refused_even_where_it_is_the_public_key(
    statements: Statements, clock: SteppedClock
) -> None:
    """Made by hand, since no library signs with a public key any more."""
    header, body, _ = forged("HS256", "x" * 32, clock, kid="RS256").split(".")
    secret = key("RS256").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    made = hmac.new(secret, f"{header}.{body}".encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
    assert "algorithm" in refused(statements, f"{header}.{body}.{signature}")


def test_an_algorithm_that_is_not_the_key_s_is_refused(statements: Statements, clock: SteppedClock) -> None:
    assert "not its key's" in refused(statements, statement(clock.now, by="ES256", kid="EdDSA"))


def test_the_name_of_a_known_key_on_another_key_s_signature_is_refused(
    statements: Statements, clock: SteppedClock
) -> None:
    assert "InvalidSignatureError" in refused(statements, statement(clock.now, by="EdDSA-other", kid="EdDSA"))


def test_a_key_within_the_statement_itself_is_not_believed(statements: Statements, clock: SteppedClock) -> None:
    header = {"kid": "EdDSA", "jwk": public("EdDSA-other"), "jku": "https://elsewhere.invalid/keys"}
    now = int(clock.now.timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "4711", "iat": now, "exp": now + 60}
    assert "InvalidSignature" in refused(
        statements, jwt.encode(claims, key("EdDSA-other"), algorithm="EdDSA", headers=header)
    )


def test_a_changed_claim_is_refused(statements: Statements, clock: SteppedClock) -> None:
    header, body, signature = statement(clock.now).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "1"}).encode()).rstrip(b"=").decode()
    assert "InvalidSignatureError" in refused(statements, f"{header}.{changed}.{signature}")


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "..", "ü", "x" * 9000, "eyJhbGciOiJFZERTQSJ9.e30.x"])
def test_what_is_no_statement_is_refused(statements: Statements, text: str) -> None:
    refused(statements, text)


def test_a_new_key_is_found_when_it_is_named_and_an_old_one_ends(
    statements: Statements, keys: Keys, clock: SteppedClock
) -> None:
    statements.read(statement(clock.now))
    keys.names = ["EdDSA-new"]
    assert "not known" in refused(statements, statement(clock.now, by="EdDSA-new"))
    clock.advance(MINUTE)
    statements.read(statement(clock.now, by="EdDSA-new"))
    assert "not known" in refused(statements, statement(clock.now, by="EdDSA"))


def test_names_that_are_made_up_have_the_keys_read_once_a_minute(
    statements: Statements, keys: Keys, clock: SteppedClock
) -> None:
    for number in range(200):
        refused(statements, statement(clock.now, kid=f"made-up-{number}"))
    assert keys.asked == 1


def test_keys_that_cannot_be_read_are_not_a_refusal(statements: Statements, keys: Keys, clock: SteppedClock) -> None:
    keys.is_away = True
    for _ in range(3):
        with pytest.raises(Transient):
            statements.read(statement(clock.now))
    assert keys.asked == 1
    keys.is_away = False
    clock.advance(MINUTE)
    statements.read(statement(clock.now))


def test_a_key_that_is_taken_back_ends_without_another_being_named(
    statements: Statements, keys: Keys, clock: SteppedClock
) -> None:
    statements.read(statement(clock.now))
    keys.names = ["ES256"]
    clock.advance(11 * MINUTE)
    assert "not known" in refused(statements, statement(clock.now))


def test_an_answer_that_is_no_key_set_takes_no_key_back(
    statements: Statements, keys: Keys, clock: SteppedClock
) -> None:
    statements.read(statement(clock.now))
    keys.says = "<html>back soon</html>"
    clock.advance(11 * MINUTE)
    statements.read(statement(clock.now))
    with pytest.raises(Transient):
        statements.read(statement(clock.now, kid="new"))


def test_known_keys_end_a_day_after_they_were_read(statements: Statements, keys: Keys, clock: SteppedClock) -> None:
    statements.read(statement(clock.now))
    keys.is_away = True
    clock.advance(24 * 60 * MINUTE)
    with pytest.raises(Transient):
        statements.read(statement(clock.now))


def test_who_names_a_known_key_does_not_wait_for_keys_that_are_slow_to_come(clock: SteppedClock) -> None:
    class Slow(Keys):
        def document(self) -> str:
            if self.asked:
                begun.set()
                go_on.wait(20)
            return super().document()

    begun, go_on = threading.Event(), threading.Event()
    statements = Statements(identity(Slow()), clock)
    statements.read(statement(clock.now))
    clock.advance(11 * MINUTE)
    text = statement(clock.now)
    first = threading.Thread(target=lambda: statements.read(text))
    first.start()
    try:
        assert begun.wait(20)
        statements.read(text)
        assert first.is_alive()
    finally:
        go_on.set()
        first.join()


def test_keys_that_are_known_stay_known_with_their_address_away(
    statements: Statements, keys: Keys, clock: SteppedClock
) -> None:
    statements.read(statement(clock.now))
    keys.is_away = True
    clock.advance(60 * MINUTE)
    statements.read(statement(clock.now))


@pytest.mark.parametrize("document", ["", "[]", "7", "{}", '{"keys": 7}', "<html>sorry</html>", "[" * 10_000])
def test_what_is_no_key_set_takes_no_key_back(document: str) -> None:
    with pytest.raises(Transient):
        key_set(document)


def test_entries_that_are_no_keys_are_passed_over() -> None:
    assert key_set('{"keys": [7, {}, {"kty": "oct", "k": "AAAA", "kid": "x"}]}') == {}


def test_a_key_for_encryption_or_without_a_name_is_passed_over() -> None:
    entries = [{**public("EdDSA"), "use": "enc"}, {**public("ES256"), "kid": ""}, public("RS256")]
    assert set(key_set(json.dumps({"keys": entries}))) == {"RS256"}
