"""The OpenAPI document, drawn from the same objects that read the requests."""

from collections.abc import Iterable
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.gateway.entrypoints.http.body import JSON, MULTIPART, BodyOf, QueryOf
from services.gateway.entrypoints.http.examples import ANSWERS, example_of_parameter
from services.gateway.entrypoints.http.routing import DocumentedRoute
from services.gateway.entrypoints.http.uploads import UploadOf

TITLE = "Parlance"
DESCRIPTION = """Assistants that answer from your own documents.

Sign up (`/api/register/`), sign in (`/api/token/`) and send `Authorization: Bearer <access>`. Every path works
with and without its last slash. Another user's object answers as one that does not exist: 404, or 400
`Object does not exist.` on the field of a body. A method that a path does not have answers 405 with `Allow`.
Bodies are JSON; flat ones may be sent as a form too.
"""
SECURITY = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
DETAIL = {
    "type": "object",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}
TOKEN_ERROR = {
    "type": "object",
    "properties": {
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "messages": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
    "required": ["detail"],
}
FIELD_ERRORS = {
    "description": "Messages by field; `detail` when the request as a whole is wrong.",
    "type": "object",
    "additionalProperties": {
        "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]
    },
}
UPLOAD = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "Not empty."},
        "kb_uuid": {
            "type": "string",
            "format": "uuid",
            "examples": [example_of_parameter("kb_uuid", {"format": "uuid"})],
        },
    },
    "required": ["file", "kb_uuid"],
}
REFUSALS: dict[str, tuple[str, str, Any]] = {
    "400": (
        "Wrong input: one entry per field",
        "FieldErrors",
        {"name": ["This field is required."]},
    ),
    "401": (
        "No token, or a bad one",
        "TokenError",
        {"detail": "Authentication credentials were not provided."},
    ),
    "404": ("Not there, or not yours", "Detail", {"detail": "Not found."}),
    "408": (
        "The body arrived too slowly",
        "Detail",
        {"detail": "The request body did not arrive within 30 seconds."},
    ),
    "409": ("Its state forbids that", "Detail", {"detail": "This assistant is archived."}),
    "413": ("Too large", "Detail", {"detail": "The request body is limited to 1048576 bytes."}),
    "415": (
        "Wrong content type",
        "Detail",
        {"detail": 'Unsupported media type "text/plain" in request.'},
    ),
    "429": (
        "Too often; try again after `Retry-After` seconds",
        "Detail",
        {"detail": "Request was throttled. Expected available in 120 seconds."},
    ),
    "502": (
        "The tool's endpoint failed",
        "Detail",
        {"detail": "The endpoint answered 500: out of order."},
    ),
    "503": (
        "A part is away; try again after `Retry-After` seconds",
        "Detail",
        {"detail": "Knowledge is temporarily unavailable."},
    ),
}


def describe(routes: Iterable[DocumentedRoute], *, version: str) -> dict[str, Any]:
    """OpenAPI 3.1 of the documented routes."""
    shown = [route for route in routes if route.include_in_schema]
    for route in shown:
        route.operation_id = route.name
    document = get_openapi(title=TITLE, version=version, description=DESCRIPTION, routes=shown)
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas.update(Detail=DETAIL, TokenError=TOKEN_ERROR, FieldErrors=FIELD_ERRORS)
    schemas.update(_input_schemas(shown))
    document["components"]["securitySchemes"] = SECURITY
    for route in shown:
        for method in route.verbs:
            _complete(document["paths"][route.path_format][method.lower()], route)
    return document


def _needs(route: DocumentedRoute) -> list[Any]:
    return [dependant.call for dependant in route.dependant.dependencies]


def _input_schemas(routes: list[DocumentedRoute]) -> dict[str, Any]:
    """Bodies under names of their own: as input a shape has other required fields than as output."""
    models = {need.model for route in routes for need in _needs(route) if isinstance(need, BodyOf)}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema(
        [(model, "validation") for model in ordered],
        ref_template="#/components/schemas/{model}Input",
    )
    return {f"{name}Input": schema for name, schema in definitions["$defs"].items()}


def _complete(operation: dict[str, Any], route: DocumentedRoute) -> None:
    responses: dict[str, Any] = operation["responses"]
    responses.pop("422", None)
    if answer := ANSWERS.get(route.name):
        responses[str(route.status_code or 200)]["content"][JSON]["example"] = answer
    statuses = {str(status) for status in route.responses if str(status) in REFUSALS}
    for need in _needs(route):
        statuses |= _describe_input(operation, need)
    if route.is_private:
        operation["security"] = [{"bearer": []}]
        statuses |= {"401"}
    for parameter in operation.get("parameters", []):
        example = example_of_parameter(parameter["name"], parameter["schema"])
        if example is not None:
            parameter["example"] = example
        if _names_an_object(parameter):
            statuses |= {"404"}
    if route.is_private or statuses:
        statuses |= {"503"}
    for status in sorted(statuses):
        responses[status] = _refusal(status)


def _names_an_object(parameter: dict[str, Any]) -> bool:
    is_uuid: bool = parameter["schema"].get("format") == "uuid"
    return is_uuid or parameter["in"] == "path"


def _describe_input(operation: dict[str, Any], need: Any) -> set[str]:
    """Write down what a dependency reads. Returns the statuses it may refuse with."""
    if isinstance(need, BodyOf):
        schema = {"$ref": f"#/components/schemas/{need.model.__name__}Input"}
        content: dict[str, Any] = {"schema": schema}
        if need.example:
            content["example"] = need.example
        is_needed = any(each.is_required() for each in need.model.model_fields.values())
        if need.or_query:
            is_needed = False
            named = [{**each, "required": False} for each in _parameters(need.model)]
            operation.setdefault("parameters", []).extend(named)
        operation["requestBody"] = {"required": is_needed, "content": {JSON: content}}
        if need.file:
            operation["requestBody"]["content"][MULTIPART] = {"schema": _one_file(need.file)}
        return {"400", "408", "413", "415"}
    if isinstance(need, UploadOf):
        required = UPLOAD["required"] if need.needs_knowledge_base else ["file"]
        form = {**UPLOAD, "required": required}
        operation["requestBody"] = {"required": True, "content": {MULTIPART: {"schema": form}}}
        return {"400", "408", "413", "415"}
    if isinstance(need, QueryOf):
        operation.setdefault("parameters", []).extend(_parameters(need.model))
        return {"400"}
    return set()


def _one_file(name: str) -> dict[str, Any]:
    file = {"type": "string", "format": "binary", "description": "The same JSON."}
    return {"type": "object", "properties": {name: file}, "required": [name]}


def _parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": property_}
        for name, property_ in schema["properties"].items()
    ]


def _refusal(status: str) -> dict[str, Any]:
    description, schema, example = REFUSALS[status]
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    told: dict[str, Any] = {"description": description, "content": {JSON: content}}
    if status in {"401", "429", "503"}:
        name = "WWW-Authenticate" if status == "401" else "Retry-After"
        told["headers"] = {name: {"schema": {"type": "string"}}}
    return told
