"""Downloads a public data set from Kaggle with kagglehub, which needs no account, resumes and caches.

Called by kaggle.ts with the data set's handle. Prints one JSON object a line: {"event": "connected"} at the first
answer, then {"event": "done", "path": ...} or {"event": "failed", "kind": ..., "message": ...}. kagglehub's own
progress bar goes to stderr.
"""

import json
import sys

CONNECT_SECONDS = 10
STALL_SECONDS = 60


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def limit_requests():
    """Sets a time limit on every request: kagglehub sets none on its first ones and would wait forever."""
    from requests.adapters import HTTPAdapter

    send = HTTPAdapter.send

    def send_with_limits(self, request, stream=False, timeout=None, **options):
        limits = timeout or (CONNECT_SECONDS, STALL_SECONDS)
        response = send(self, request, stream=stream, timeout=limits, **options)
        report("connected")
        return response

    HTTPAdapter.send = send_with_limits


def kind_of(error):
    """Classifies a failure by its remedy."""
    import requests

    response = getattr(error, "response", None)
    if response is not None:
        return "refused"
    if "timed out" in str(error).lower() and "connect" not in str(error).lower():
        return "brokenOff"
    if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ReadTimeout)):
        return "brokenOff"
    if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.Timeout)):
        return "unreachable"
    return "failed"


def reason_of(error):
    """Returns the message of the innermost error: requests and urllib3 wrap it several times."""
    inner = error
    while inner is not None:
        error, wrapped = inner, [getattr(inner, "reason", None), *inner.args]
        inner = next((each for each in wrapped if isinstance(each, Exception)), None)
    message = " ".join(str(error).split())
    return message.rsplit(": ", 1)[-1] if message.startswith("HTTP") else message[:300]


def main(handle):
    limit_requests()
    try:
        import kagglehub

        report("done", path=kagglehub.dataset_download(handle))
    except Exception as error:  # kaggle.ts turns any failure into a sentence
        report("failed", kind=kind_of(error), message=reason_of(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
