"""Alerts as their senders write them: bodies taken from the tools' own documentation."""

from __future__ import annotations

from typing import Any

ALERTMANAGER_WEBHOOK: dict[str, Any] = {
    "receiver": "incident-bot",
    "status": "firing",
    "alerts": [
        {
            "status": "firing",
            "labels": {
                "alertname": "QueueFull",
                "instance": "10.0.0.1:9100",
                "job": "orders",
                "service": "orders",
                "severity": "critical",
            },
            "annotations": {"summary": "The order queue is full", "description": "98 % used"},
            "startsAt": "2026-11-20T09:12:14.353Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus:9090/graph?g0.expr=queue_used_ratio+%3E+0.95&g0.tab=1",
            "fingerprint": "c2e8f2a5b1d94f03",
        },
        {
            "status": "resolved",
            "labels": {"alertname": "Watchdog", "severity": "none"},
            "annotations": {},
            "startsAt": "2026-11-20T09:12:14.353Z",
            "endsAt": "2026-11-20T10:12:14.353Z",
            "generatorURL": "http://prometheus:9090/graph?g0.expr=vector%281%29&g0.tab=1",
            "fingerprint": "9f1d2c3b4a5e6f70",
        },
    ],
    "groupLabels": {"job": "orders"},
    "commonLabels": {},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager:9093",
    "version": "4",
    "groupKey": '{}:{job="orders"}',
    "truncatedAlerts": 0,
}
ALERTMANAGER_API: list[dict[str, Any]] = [
    {
        "annotations": {
            "runbook_url": "https://git.example.com/books/shop/queue-full.md#diagnostics"
        },
        "endsAt": "2026-11-20T10:18:14.353Z",
        "fingerprint": "0a1b2c3d4e5f6071",
        "receivers": [{"name": "incident-bot"}],
        "startsAt": "2026-11-20T09:12:14.353Z",
        "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"},
        "updatedAt": "2026-11-20T10:14:14.353Z",
        "generatorURL": "http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        "labels": {"alertname": "SomethingElse", "severity": "warning"},
    }
]
PROMETHEUS_ALERTS: dict[str, Any] = {
    "status": "success",
    "data": {
        "alerts": [
            {
                "labels": {"alertname": "QueueFull", "severity": "critical"},
                "annotations": {"summary": "full"},
                "state": "firing",
                "activeAt": "2026-11-20T09:12:14.353Z",
                "value": "9.8e-01",
            }
        ]
    },
}
PROMETHEUS_RULES: dict[str, Any] = {
    "status": "success",
    "data": {
        "groups": [
            {
                "name": "orders",
                "file": "/etc/prometheus/orders.yml",
                "rules": [
                    {
                        "name": "QueueFull",
                        "type": "alerting",
                        "state": "firing",
                        "alerts": PROMETHEUS_ALERTS["data"]["alerts"],
                    },
                    {"name": "orders:rate5m", "type": "recording", "query": "rate(orders[5m])"},
                ],
            }
        ]
    },
}
GRAFANA_WEBHOOK: dict[str, Any] = {
    "receiver": "bot",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "Queue full", "grafana_folder": "Orders"},
            "annotations": {"summary": "Queue is full", "__dashboardUid__": "ad3f"},
            "startsAt": "2026-11-20T09:12:14Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://grafana.example.com/alerting/grafana/d1f/view?orgId=1",
            "fingerprint": "57c6d9296de2ad39",
            "silenceURL": "https://grafana.example.com/alerting/silence/new",
            "dashboardURL": "https://grafana.example.com/d/ad3f",
            "panelURL": "",
            "values": {"A": 98.1},
            "valueString": "[ var='A' labels={} value=98.1 ]",
        }
    ],
    "groupLabels": {"alertname": "Queue full"},
    "commonLabels": {"alertname": "Queue full"},
    "commonAnnotations": {"summary": "Queue is full"},
    "externalURL": "https://grafana.example.com/",
    "version": "1",
    "groupKey": '{}:{alertname="Queue full"}',
    "title": "[FIRING:1] Queue full Orders",
    "state": "alerting",
    "message": "**Firing**",
}
