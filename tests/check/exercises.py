#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lessons' exercises: each is passed by its solution, and by no other exercise's and no empty answer."""

import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from program import PROGRAM, ROOT, Directory, environment, execute, ordinary
from tap import Tap

EXERCISES = os.path.join(ROOT, "lessons", "exercises")


def grade(answers, exercise):
    """How faultline ends that reads the answers and then the exercise."""
    with Directory() as directory:
        return execute(ordinary(PROGRAM) + [PROGRAM, "-q", *answers, exercise], directory,
                       environment(directory, PROGRAM))


def main():
    exercises = sorted(glob.glob(os.path.join(EXERCISES, "*.fl")))
    solutions = [os.path.join(EXERCISES, "solutions", os.path.basename(path)) for path in exercises]
    tap = Tap(2 * len(exercises))
    for exercise, solution in zip(exercises, solutions):
        name = os.path.basename(exercise)[: -len(".fl")]
        done = grade([solution], exercise)
        tap.result(done.status == 0, f"{name}: its solution", f"{done.ending()}\n{done.text()}")
        passed = [other or "an empty answer" for other in solutions + [None]
                  if other != solution and grade([other] if other else [], exercise).status == 0]
        tap.result(not passed, f"{name}: nothing else", "passed by " + ", ".join(passed))
    sys.exit(1 if tap.failed else 0)


main()
