"""A Celery worker with SimpleCoin's tasks, which writes down how it was called.

Started by CeleryWorker: BROKER is the broker's URL, CALLS the file to append to.
"""
import json
import os

from celery import Celery

app = Celery("simplecoin", broker=os.environ["BROKER"])
app.conf.accept_content = ["json"]
app.conf.broker_connection_max_retries = None

calls = open(os.environ["CALLS"], "a", buffering=1)


def write(task, **arguments):
    arguments.update(task=task.name, id=task.request.id)
    calls.write(json.dumps(arguments) + "\n")


@app.task(bind=True, name="simplecoin.tasks.add_share")
def add_share(self, user, shares):
    write(self, user=user, shares=shares)


@app.task(bind=True, name="simplecoin.tasks.add_one_minute")
def add_one_minute(self, user, valid_shares, minute, worker='', dup_shares=0,
                   low_diff_shares=0, stale_shares=0):
    write(self, user=user, valid_shares=valid_shares, minute=minute, worker=worker,
          dup_shares=dup_shares, low_diff_shares=low_diff_shares, stale_shares=stale_shares)


@app.task(bind=True, name="simplecoin.tasks.add_block")
def add_block(self, user, height, total_value, transaction_fees, bits, hash_hex,
              merged=None, worker=None, **extra):
    write(self, user=user, height=height, total_value=total_value,
          transaction_fees=transaction_fees, bits=bits, hash_hex=hash_hex, merged=merged,
          worker=worker)


@app.task(bind=True, name="simplecoin.tasks.agent_receive")
def agent_receive(self, address, worker, typ, payload, timestamp):
    write(self, address=address, worker=worker, typ=typ, payload=payload, timestamp=timestamp)
