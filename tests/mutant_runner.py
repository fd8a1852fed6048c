"""Runs changed queries in a process apart, since some of them would never end."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing.connection import Connection

from query_mutants import Mutant
from questions import answer, cases, database, labels, queries

from kg.iris import DEFAULT_BASE
from kg.queries.blocks import fill, find_blocks

SECONDS = 0.4
"""What takes more processor time than this is cut off: the query itself takes a fortieth of it."""


def verdicts(mutants: list[Mutant]) -> list[str]:
    """Return for each mutant ``noticed``, ``endless``, ``invalid`` (no SPARQL) or ``unnoticed``.

    Args:
        mutants: changes of one query.
    """
    database(), labels(), cases(), queries()  # before forking, so that children have them
    found: list[str] = []
    while len(found) < len(mutants):
        found += _run(mutants[len(found) :])
    return found


def _run(mutants: list[Mutant]) -> list[str]:
    """Run mutants until one is endless."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_judge_all, args=(mutants, theirs), daemon=True)
    child.start()
    theirs.close()
    found = []
    try:
        for _ in mutants:
            try:
                found.append(ours.recv())
            except EOFError:
                child.join()
                assert child.exitcode == -signal.SIGPROF, f"it ended with {child.exitcode}"
                return [*found, "endless"]
    finally:
        child.kill()
        child.join()
        ours.close()
    return found


def _judge_all(mutants: list[Mutant], out: Connection) -> None:
    for mutant in mutants:
        # The system ends the process when the time is up, whatever it does. Time by the clock
        # would say more of what else the machine does.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        out.send(_judge(mutant))


def _judge(mutant: Mutant) -> str:
    query = queries()[mutant.query]
    for case in cases():
        if case.query == mutant.query:
            terms = query.terms(case.values, DEFAULT_BASE, labels())
            try:
                text = fill(mutant.body, find_blocks(mutant.body), terms, DEFAULT_BASE)
                if answer(case, text) != case.rows:
                    return "noticed"
            except SyntaxError:
                return "invalid"
            except ValueError:
                return "noticed"  # a column that the golden has is gone
    return "unnoticed"
