"""Verifies a copy of a database as docs/proof.md says: independent-verifier.py DATABASE [CHECKPOINTS PUBLIC_KEY_PEM]
Needs OpenSSL for signatures. Exits: 0 clean, 1 tampered with, 2 shorter than a checkpoint, 65 it cannot be read."""
import base64, hashlib, json, re, sqlite3, subprocess, sys, tempfile
from decimal import Decimal
from pathlib import Path

COLUMNS = "seq, noun, id, rev, op, into_id, reason, recorded_at, recorded_by, document, previous_hash, hash"
NOTE = re.compile(r"^((annals-log-v1/[0-9a-f]{16})\n(\d+)\n(\S+)\n)\n((?:— .+\n)+)", re.MULTILINE)

def end(status, verdict):
    sys.exit(print(verdict) or status)

def sha256(data):
    return hashlib.sha256(data).digest()

def number(value):
    """As ECMAScript writes it: the shortest digits, without an exponent from 1e-6 to below 1e21."""
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits, point = "".join(map(str, digits)), len(digits) + exponent
    if value == 0:
        return "0"
    if 0 < point <= 21:
        text = digits[:point].ljust(point, "0") + ("." + digits[point:] if digits[point:] else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" * sign + text

def canonical(value):
    """RFC 8785: members by the UTF-16 units of their names."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if value is None or isinstance(value, (bool, str)) else number(value)

def fault(row, seq, previous, time, rev):
    """What is wrong with a row that should have this position, follow this hash and time, and be this revision."""
    at, noun, id, row_rev, op, into, reason, recorded_at, recorded_by, document, row_previous, row_hash = row
    payload = '{"document":%s,"id":%s,"into":%s,"noun":%s,"op":%s,"reason":%s,"recorded_at":%s,"recorded_by":%s,"rev":%d}' % (
        document, *map(canonical, (id, into, noun, op, reason, recorded_at, recorded_by)), row_rev)
    link = b"annals-log-v1\0" + seq.to_bytes(8, "big") + previous + sha256(payload.encode())
    checks = {
        f"after {seq - 1} comes {at}": at == seq,
        "previous_hash": row_previous == previous,
        "hash": row_hash == sha256(link),
        "the document is not canonical": canonical(json.loads(document)) == document,
        "recorded_at": re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", recorded_at) and recorded_at >= time,
        "rev and op": row_rev == rev and (op == "create") == (rev == 1),
    }
    return next((name for name, holds in checks.items() if not holds), None)

def follow(rows):
    """The hash at every position, the 32 zero bytes before the first included; ends at the first row that does not fit."""
    hashes, revs, time = [bytes(32)], {}, ""
    try:
        for row in rows:
            record = row[1], row[2]
            revs[record] = revs.get(record, 0) + 1
            if wrong := fault(row, len(hashes), hashes[-1], time, revs[record]):
                end(1, f"first bad seq {len(hashes)}: {wrong}")
            time = row[7]
            hashes.append(row[11])
    except (ArithmeticError, TypeError, ValueError, sqlite3.Error) as error:
        end(1, f"first bad seq {len(hashes)}: {error}")
    return hashes

def signed(text, origin, lines, pem):
    """Whether one of a note's signature lines is the key's."""
    public = base64.b64decode("".join(pem.read_text().split("-----")[2].split()))[-32:]
    for name, blob in (line[2:].split(" ") for line in lines.splitlines()):
        raw = base64.b64decode(blob)
        if name == origin and raw[:4] == sha256(origin.encode() + b"\n\x01" + public)[:4]:
            with tempfile.TemporaryDirectory() as work:
                Path(work, "text").write_bytes(text.encode()), Path(work, "signature").write_bytes(raw[4:])
                openssl = "openssl pkeyutl -verify -pubin -rawin -in text -sigfile signature -inkey".split()
                return subprocess.run([*openssl, pem.absolute()], cwd=work, capture_output=True).returncode == 0

file, *against = map(Path, sys.argv[1:])
try:
    database = sqlite3.connect(file.absolute().as_uri() + "?mode=ro", uri=True)
    hashes = follow(database.execute(f"SELECT {COLUMNS} FROM revision ORDER BY seq"))
    print(f"{len(hashes) - 1} rows, head {hashes[-1].hex()}")
    notes = NOTE.findall(against[0].read_text()) if against else []
    if against and not notes:
        end(65, "there is no checkpoint in the file")
    for text, origin, seq, head, lines in notes:
        if not signed(text, origin, lines, against[1]):
            end(1, f"the checkpoint at {seq} is not signed with this key")
        if int(seq) > 0 and len(hashes) > 1 and origin != f"annals-log-v1/{hashes[1].hex()[:16]}":
            end(1, f"first bad seq 1: the checkpoint at {seq} is of a log that began otherwise")
        if int(seq) < len(hashes) and base64.b64decode(head) != hashes[int(seq)]:
            end(1, f"first bad seq at most {seq}: not what was signed")
    if (seen := max((int(note[2]) for note in notes), default=0)) >= len(hashes):
        end(2, f"shorter: a checkpoint has seen {seen}")
except (OSError, IndexError, sqlite3.Error) as error:
    end(65, error)
