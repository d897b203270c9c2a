"""What the service can do, as clients ask for it first."""

from importlib.metadata import version
from typing import Any

from ontology import PREFIXES
from server.directory import KINDS
from server.reconciliation.wire import BATCH_SIZE, tell_type
from server.site import Site

_PREVIEW_WIDTH, _PREVIEW_HEIGHT = 400, 120


def manifest(site: Site, root: str) -> dict[str, Any]:
    """Return what the service can do.

    Args:
        site: The server's.
        root: Where the server is found.
    """
    service = f"{root}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "Mavaze · مواضع",
        "identifierSpace": site.base,
        "schemaSpace": PREFIXES["dip"],
        "documentation": f"{root}/",
        "serviceVersion": version("mavaze"),
        "defaultTypes": [tell_type(kind) for kind in KINDS],
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "preview": {
            "url": f"{service}/preview?id={{{{id}}}}",
            "width": _PREVIEW_WIDTH,
            "height": _PREVIEW_HEIGHT,
        },
        "suggest": {
            what: {
                "service_url": service,
                "service_path": f"/suggest/{what}",
                "flyout_service_path": f"/flyout/{what}?id=${{id}}",
            }
            for what in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "Values for each thing at most; 0 for all.",
                }
            ],
        },
        "batchSize": BATCH_SIZE,
    }
