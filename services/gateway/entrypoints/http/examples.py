"""What the documentation shows as answers, by the name of the operation, and as parameters."""

from typing import Any

_UUID = "0b6f2f6e-6d5a-4b6e-9d4e-0d3a8f9f7f10"
_MOMENT = "2026-01-02T03:04:05Z"
_ASSISTANT = {
    "id": 1,
    "assistant_uuid": _UUID,
    "assistant_name": "SupportGPT",
    "agent_name": "Ada",
    "organisation_name": "Acme",
    "organisation_description": "We make anvils.",
    "examples": [{"question": "Do you ship?", "answer": "Yes, worldwide."}],
    "goal": "Answer questions about orders",
    "system_instructions": "",
    "conversation_tone": "Friendly & Approachable",
    "use_last_user_language": True,
    "languages": [],
    "enable_emojis": False,
    "answer_competitor_queries": False,
    "competitor_response_bias": "genuine",
    "model_provider": "",
    "model_name": "",
    "temperature": 0.7,
    "max_tokens": 1024,
    "top_p": 0.95,
    "frequency_penalty": 0,
    "stream_responses": True,
    "json_mode": False,
    "auto_tool_choice": True,
    "selected_tools": [],
    "knowledge_base": None,
    "knowledge_processing_instructions": "",
    "data_to_capture": [],
    "archived_at": None,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_KNOWLEDGE_BASE = {
    "id": 1,
    "uuid": _UUID,
    "name": "Handbook",
    "description": "How we work",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "update_interval": "240:00:00",
    "embedding_type": "hybrid",
    "embedding_model": "local-embed",
    "chunk_size": 512,
    "chunk_overlap": 32,
    "retrieval_method": "hybrid",
    "reranking_enabled": True,
    "top_k": 10,
    "top_k_after_reranking": 5,
    "sparse_weightage": 0.5,
    "files_count": 2,
    "links_count": 0,
    "excels_count": 0,
    "data_excels_count": 0,
}
_DOCUMENT = {
    "id": 123,
    "name": "filename.pdf",
    "kind": "file",
    "s3_url": "https://...",
    "status": "uploaded",
    "error": None,
    "size": 48213,
    "uploaded_at": _MOMENT,
    "chunks": 0,
}
_DATA_EXCEL = {
    **_DOCUMENT,
    "name": "data.xlsx",
    "kind": "data_excel",
    "summary": "Info:\n2 rows, 1 columns\n#  Column  Non-Null Count  Type\n0  Amount  2 non-null      integer"
    "\n\nHead:\n   Amount\n0  12\n1  7",
}
_SUMMARY = {
    "assistant_name": "SupportGPT",
    "assistant_uuid": _UUID,
    "updated_at": _MOMENT,
    "archived_at": None,
}
_EXPORT = {
    "export_metadata": {"version": "1.0", "exported_at": _MOMENT, "product": "Parlance"},
    "configuration": _ASSISTANT,
}


def _done(word: str, **more: Any) -> dict[str, Any]:
    message = f"Assistant configuration {word}."
    return {"success": True, "message": message, "data": {**_ASSISTANT, **more}}


_LINK = {
    "id": 1,
    "url": "https://help.example/start",
    "title": "Help",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "grabber_enabled": True,
    "update_dynamically": False,
    "grabbed": True,
    "indexed": True,
    "status": "indexed",
    "error": None,
    "pages": 7,
    "chunks": 21,
    "next_fetch_at": None,
}

_TEST_CASE = {
    "question": "When was the harbour built?",
    "ideal_answer": "The harbour was built in 1890.",
    "category": "single_hop",
    "source": [
        {
            "document_id": 123,
            "document_name": "filename.pdf",
            "chunk": 4,
            "text": "The harbour was built in 1890.",
        }
    ],
    "assertions": [
        {"type": "contains", "value": "1890", "threshold": None, "weight": 1.0, "negate": False}
    ],
}
_SUITE = {
    "id": 1,
    "assistant_uuid": _UUID,
    "mode": "quick",
    "test_cases": [_TEST_CASE],
    "generation": {"use_ai": False, "seed": 0, "model": None, "by_model": 0, "notes": []},
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_SCORE = {"mean": 0.9, "low": 0.75, "high": 1.0, "n": 8}
_TEST_RUN = {
    "id": 1,
    "run_id": _UUID,
    "assistant_uuid": _UUID,
    "mode": "quick",
    "status": "finished",
    "finished": True,
    "summary": {
        "total": 8,
        "passed": 7,
        "failed": 1,
        "errors": 0,
        "pending": 0,
        "score": 0.9,
        "score_interval": _SCORE,
        "pass_rate": {"mean": 0.875, "low": 0.529, "high": 0.978, "n": 8},
        "metrics": {"groundedness": _SCORE, "hit@1": _SCORE},
        "by_category": {"single_hop": {"total": 8, "passed": 7, "failed": 1, "errors": 0}},
        "latency_ms": {"p50": 420.0, "p95": 980.0},
        "tokens": {"input": 9200, "output": 610},
    },
    "model": "local-extractive",
    "configuration_hash": "5f8c0d3b",
    "configuration_changed": False,
    "knowledge_base_changed": False,
    "created_at": _MOMENT,
    "finished_at": _MOMENT,
}
_CASE_RESULT = {
    "idx": 0,
    "question": "When was the harbour built?",
    "expected": "In 1890.",
    "agent": "The harbour was built in 1890.",
    "category": "single_hop",
    "verification": "pass",
    "verification_result": "The answer says what was expected.",
    "score": 0.95,
    "scores": {"answer_similarity": 0.9, "groundedness": 1.0, "hit@1": 1.0},
    "assertions": [],
    "citations": [
        {"document_id": 1, "document_name": "filename.pdf", "chunk": 4, "text": "Built in 1890."}
    ],
    "tools": [],
    "latency_ms": 420.0,
    "input_tokens": 1150,
    "output_tokens": 76,
    "finished_at": _MOMENT,
}
_SNAPSHOT = {
    "configuration": _ASSISTANT,
    "final_prompt": "You are Ada, a helpful assistant.",
    "model": "local-extractive",
    "configuration_hash": "5f8c0d3b",
    "saved_configuration_hash": "5f8c0d3b",
    "knowledge_base": _UUID,
    "knowledge_base_version": "9b1d6c2a",
    "cases_hash": "c41a77e0",
}
_DIFFERENCE = {
    "base": 0.875,
    "other": 0.5,
    "difference": -0.375,
    "low": -0.71,
    "high": -0.02,
    "p_value": 0.03,
    "is_significant": True,
    "n": 8,
}
_COMPARED = {
    "question": "When was the harbour built?",
    "category": "single_hop",
    "base_idx": 0,
    "other_idx": 0,
    "base": "pass",
    "other": "fail",
    "base_score": 0.95,
    "other_score": 0.2,
}
_COMPARISON = {
    "base": _TEST_RUN,
    "other": _TEST_RUN,
    "same_configuration": False,
    "same_knowledge_base": True,
    "changed_fields": ["goal"],
    "compared": 8,
    "only_in_base": 0,
    "only_in_other": 0,
    "pass_rate": _DIFFERENCE,
    "score": _DIFFERENCE,
    "metrics": {"groundedness": _DIFFERENCE},
    "better": [],
    "worse": [_COMPARED],
    "fixed": [],
    "broken": [_COMPARED],
    "verdict": "worse: 3 of 8 cases broke (p = 0.030)",
}

_FEEDBACK = {"message_id": 2, "rating": "down", "text": "Out of date.", "updated_at": _MOMENT}
_CONVERSATION = {
    "conversation_id": _UUID,
    "assistant_uuid": _UUID,
    "title": "How long is the warranty?",
    "messages": 2,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
_TURN = {
    "message_id": 1,
    "role": "user",
    "content": "How long is the warranty?",
    "model": None,
    "finish_reason": None,
    "feedback": None,
    "created_at": _MOMENT,
}
_ANSWERED = {
    "message_id": 2,
    "role": "assistant",
    "content": "Two years.",
    "model": "local-extractive",
    "finish_reason": "complete",
    "feedback": _FEEDBACK,
    "created_at": _MOMENT,
}
_CHANNEL = {
    "channel_uuid": _UUID,
    "phone_number_id": "106540352242922",
    "access_token": "********",
    "app_secret": "********",
    "verify_token": "********",
    "last_error": None,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "webhook_path": f"/webhooks/whatsapp/{_UUID}/",
}

_TOOL = {
    "id": 1,
    "uuid": _UUID,
    "user": 7,
    "name": "My Custom Tool",
    "description": "Fetches customer data from an external CRM.",
    "function_name": "my_custom_tool",
    "endpoint_url": "https://api.example.com/customers",
    "http_method": "GET",
    "headers": {},
    "auth_required": True,
    "auth_type": "bearer",
    "auth_credentials": {"token": "********"},
    "send_headers": True,
    "send_query_parameters": True,
    "query_parameters_json": {},
    "send_body": True,
    "body_content_type": "application/json",
    "body_schema": {
        "type": "object",
        "properties": {"customer_id": {"type": "string", "description": "The ID of the customer"}},
        "required": ["customer_id"],
    },
    "optimize_response": False,
    "optimize_type": "JSON",
    "field_containing_data": "",
    "include_fields": "",
    "should_truncate_response": False,
    "truncate_limit": 4000,
    "retry_on_fail": False,
    "max_tries": 3,
    "wait_between_tries": 1,
    "on_error": "fail",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}

ANSWERS: dict[str, Any] = {
    "answer_for_whatsapp": {"message": "*Two years*, from the day of delivery."},
    "get_whatsapp": _CHANNEL,
    "save_whatsapp": _CHANNEL,
    "list_conversations": [_CONVERSATION],
    "read_conversation": {**_CONVERSATION, "turns": [_TURN, _ANSWERED]},
    "give_feedback": _FEEDBACK,
    "list_feedback": [
        {
            "conversation_id": _UUID,
            "question": "How long is the warranty?",
            "answer": "Two years.",
            **_FEEDBACK,
        }
    ],
    "hello": {"message": "Hello from Django API!"},
    "register": {"message": "User registered successfully."},
    "issue_tokens": {"refresh": "eyJhbGciOi...", "access": "eyJhbGciOi..."},
    "refresh_access": {"access": "eyJhbGciOi..."},
    "sign_out": {"message": "Logged out successfully."},
    "change_password": {"message": "Password changed successfully."},
    "deactivate_account": {"message": "Account deactivated."},
    "delete_account": {"message": "Account deleted."},
    "delete_account_by_post": {"message": "Account deleted."},
    "connect_zoho": {
        "authorization_url": "https://accounts.zoho.com/oauth/v2/auth?response_type=code&client_id=..."
    },
    "get_profile": {"username": "ada", "first_name": "", "last_name": "", "email": ""},
    "create_knowledge_base": _KNOWLEDGE_BASE,
    "list_knowledge_bases": [_KNOWLEDGE_BASE],
    "upload": _DOCUMENT,
    "list_files": {"files": [_DOCUMENT]},
    "refresh": {"message": "File refreshed", "filename": "filename.pdf", "task_id": _UUID},
    "list_knowledge_files": [_DOCUMENT],
    "add_excel": {**_DOCUMENT, "kind": "excel", "name": "file.xlsx"},
    "list_excels": {"files": [{**_DOCUMENT, "kind": "excel", "name": "file.xlsx"}]},
    "add_data_excel": _DATA_EXCEL,
    "list_data_excels": {"files": [{**_DOCUMENT, "kind": "data_excel", "name": "data.xlsx"}]},
    "delete_file": {"message": "File deleted"},
    "delete_data_excel": {"success": True},
    "update_knowledge_base": _KNOWLEDGE_BASE,
    "delete_knowledge_base": {"message": "Knowledge base and namespace deleted"},
    "list_links": {"links": [_LINK]},
    "add_link": _LINK,
    "delete_link": {"message": "Link deleted"},
    "list_website_links": [_LINK],
    "add_website_link": _LINK,
    "update_website_link": _LINK,
    "start_indexing": {"status": "Indexing started in background", "task_id": _UUID},
    "get_task_status": {
        "task_id": _UUID,
        "status": "PENDING",
        "result": None,
        "error": None,
        "progress": {"done": 1, "total": 3, "failed": 0, "stage": "indexing"},
    },
    "save_configuration": {
        "message": "Configuration saved successfully!",
        "model_uuid": _UUID,
    },
    "list_configurations": [_SUMMARY],
    "get_configuration": _ASSISTANT,
    "update_configuration": _ASSISTANT,
    "get_default_configuration": _ASSISTANT,
    "update_default_configuration": _ASSISTANT,
    "delete_configuration": {"success": True},
    "duplicate_configuration": _done("duplicated successfully", assistant_name="SupportGPT (Copy)"),
    "archive_configuration": _done("archived", archived_at=_MOMENT),
    "export_configuration": _EXPORT,
    "import_configuration": {**_done("imported successfully"), "ignored": []},
    "create_user_tool": _TOOL,
    "list_user_tools": [_TOOL],
    "get_user_tool": _TOOL,
    "update_user_tool": _TOOL,
    "execute_user_tool": {
        "result": {"customer_id": "cust_12345", "name": "Ada"},
        "status_code": 200,
        "elapsed_ms": 84.2,
    },
    "get_test_suite": _SUITE,
    "generate_test_suite": _SUITE,
    "update_test_suite": {**_SUITE, "generation": None},
    "start_test_suite": {"run_id": _UUID},
    "get_test_suite_results": {**_TEST_RUN, "snapshot": _SNAPSHOT, "results": [_CASE_RESULT]},
    "compare_test_runs": _COMPARISON,
    "cancel_test_run": {**_TEST_RUN, "status": "cancelled"},
    "list_test_runs": {"runs": [_TEST_RUN]},
    "export_test_run": {"run": _TEST_RUN, "snapshot": _SNAPSHOT, "results": [_CASE_RESULT]},
    "get_final_prompt": {"final_prompt": "You are Ada, a helpful assistant."},
    "set_knowledge_base": {"success": True, "knowledge_base": _UUID},
}

_PARAMETERS: dict[str, Any] = {
    "filename": "filename.pdf",
    "task_id": _UUID,
    "kb_id": "1",
    "mode": "quick",
    "include_archived": True,
    "assistant_uuid": _UUID,
    "rating": "down",
    "run_id": _UUID,
    "other": _UUID,
    "format": "junit",
    "state": "eyJ1Ijo3fQ.c2lnbmF0dXJl",
    "code": "1000.dd7e2a",
    "error": "access_denied",
    "location": "eu",
    "accounts-server": "https://accounts.zoho.eu",
}


def example_of_parameter(name: str, schema: dict[str, Any]) -> Any:
    """What a parameter of a path or query may look like; None where nothing fits."""
    if schema.get("format") == "uuid":
        return _UUID
    if schema.get("type") == "integer":
        return 1
    return _PARAMETERS.get(name)
