"""Decodes OTLP requests with OpenTelemetry's official protobuf definitions and prints them as JSON.

Usage: decode.py traces|logs|metrics protobuf|json FILE...
The output has for each file the parsed message in canonical proto3 JSON (bytes as base64, 64-bit numbers as strings), and whether
encoding it again gives the bytes that were read (protobuf only).
"""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

MESSAGES = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}


def canonical(value):
    """OTLP's JSON differs from proto3's in its ids: hex instead of base64."""
    if isinstance(value, dict):
        return {
            name: base64.b64encode(bytes.fromhex(part)).decode()
            if name in ("traceId", "spanId", "parentSpanId")
            else canonical(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [canonical(part) for part in value]
    return value


def decode(signal, encoding, path):
    with open(path, "rb") as file:
        data = file.read()
    message = MESSAGES[signal]()
    if encoding == "json":
        json_format.ParseDict(canonical(json.loads(data)), message)
        same = True
    else:
        message.ParseFromString(data)
        same = message.SerializeToString(deterministic=True) == data
    return {"same": same, "parsed": json_format.MessageToDict(message, use_integers_for_enums=True)}


def main():
    signal, encoding, *paths = sys.argv[1:]
    json.dump([decode(signal, encoding, path) for path in paths], sys.stdout)


main()
