"""Builds a lesson's targets: find the tool, compile, verify the borders, publish by stage and swap."""

from wasmlab.build.building import build_lesson, build_modules, build_target, clean_lesson, plan_target
from wasmlab.build.results import Options, Result

__all__ = [
    "Options",
    "Result",
    "build_lesson",
    "build_modules",
    "build_target",
    "clean_lesson",
    "plan_target",
]
