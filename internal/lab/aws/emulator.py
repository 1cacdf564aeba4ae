"""Starts MiniStack, mended in one thing: when a function's code or settings change, MiniStack ends the processes that
are in the midst of an invocation. AWS lets them work to their end, and sends them nothing more; so does this."""

import sys
import threading

from ministack.core import lambda_runtime as runtime


def alive(worker):
    return worker._proc is not None and worker._proc.poll() is None


def invalidate_worker(func_name, qualifier=None, account=None, region=None):
    """Takes the function's processes out of the pool: idle and dead ones end now, busy ones when they are released."""
    doomed = []
    with runtime._lock:
        for key in list(runtime._workers):
            of_account, of_region, name, of_qualifier = key.split(":")
            asked = ((func_name, name), (qualifier, of_qualifier), (account, of_account), (region, of_region))
            if all(want is None or want == has for want, has in asked):
                for worker in runtime._workers.pop(key):
                    worker.retired = worker.in_use and alive(worker)
                    if not worker.retired:
                        doomed.append(worker)
    runtime.kill_workers(doomed)


def release_worker(worker):
    if worker is None:
        return
    with runtime._lock:
        worker.in_use = False
    if getattr(worker, "retired", False):
        threading.Thread(target=runtime.kill_workers, args=([worker],), daemon=True).start()


# Before the services are imported: they take these by name.
runtime.invalidate_worker, runtime.release_worker = invalidate_worker, release_worker

from ministack.app import main  # noqa: E402

sys.exit(main())
