"""`epikrise finetune`: from pairs to an adapter and the figures that tell what it is worth."""

from __future__ import annotations

import typer

from finetune.commands.compare import compare_command
from finetune.commands.demo import demo_command
from finetune.commands.evaluate import evaluate_command
from finetune.commands.merge import merge_command
from finetune.commands.pairs import pairs_command
from finetune.commands.preflight import preflight_command
from finetune.commands.promote import promote_command
from finetune.commands.ratings import app as ratings_app
from finetune.commands.report import report_command
from finetune.commands.rollback import rollback_command
from finetune.commands.safety import safety_command
from finetune.commands.train import train_command

app = typer.Typer(help="Train and judge adapters.", no_args_is_help=True)
app.command("pairs")(pairs_command)
app.command("preflight")(preflight_command)
app.command("train")(train_command)
app.command("report")(report_command)
app.command("merge")(merge_command)
app.command("evaluate")(evaluate_command)
app.command("safety")(safety_command)
app.command("promote")(promote_command)
app.command("rollback")(rollback_command)
app.command("compare")(compare_command)
app.command("demo")(demo_command)
app.add_typer(ratings_app, name="ratings")
