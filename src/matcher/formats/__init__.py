"""Problems and plans to and from files: CSV folder, Excel workbook, JSON; models for other solvers."""

from matcher.formats.json_members import member_texts
from matcher.formats.json_schema import plan_schema, policy_schema, problem_schema, row_schema
from matcher.formats.model_writing import export_lp, export_mps
from matcher.formats.plan_export import plan_to_csv, plan_to_xlsx
from matcher.formats.plan_reading import plan_from_text, read_plan
from matcher.formats.plan_writing import plan_to_json, plan_to_text, write_plan
from matcher.formats.problem_reading import problem_from_text, read_problem
from matcher.formats.problem_writing import problem_to_text, write_problem
from matcher.formats.scenario_toml import ScenarioFile, read_policy, read_scenarios
from matcher.formats.single_row import cells_to_text, row_from_text, row_to_text

__all__ = [
    "ScenarioFile",
    "cells_to_text",
    "export_lp",
    "export_mps",
    "member_texts",
    "plan_from_text",
    "plan_schema",
    "plan_to_csv",
    "plan_to_json",
    "plan_to_text",
    "plan_to_xlsx",
    "policy_schema",
    "problem_from_text",
    "problem_schema",
    "problem_to_text",
    "read_plan",
    "read_policy",
    "read_problem",
    "read_scenarios",
    "row_from_text",
    "row_schema",
    "row_to_text",
    "write_plan",
    "write_problem",
]
