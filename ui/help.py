"""Help pages and usage errors of the command line in the language of the person."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from ingest.errors import GuichetError
from ui.words import Words, load_words


class UsageProblem(GuichetError):
    """The command was written wrongly: exit status 2."""


class Command(TyperCommand):
    """A command whose help page is written by this module."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _format_help(self, ctx, formatter)


class Group(TyperGroup):
    """The program: its help page lists the commands; an unknown one is a UsageProblem."""

    words: Words | None = None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _format_help(self, ctx, formatter)
        words = _words(self)
        with formatter.section(words.say("help.commands_title")):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()])
        if ctx.parent is None:
            with formatter.section(words.say("help.settings_title")):
                formatter.write_dl([tuple(line.split(" : ", 1)) for line in words.say("help.settings").splitlines()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            known = ", ".join(self.commands)
            raise UsageProblem(_words(self).say("usage.no_such_command", name=args[0], known=known))
        return super().resolve_command(ctx, args)


def translate(program: Any, words: Words) -> None:
    """Gives the program, its commands and their parameters their help, by name. KeyError for a missing one."""
    program.help = words.say("help.program")
    _translate_group(program, "help", words)


def _translate_group(group: Any, prefix: str, words: Words) -> None:
    group.words = words
    group.options_metavar, group.subcommand_metavar = "", words.say("help.command_metavar")
    for name, command in group.commands.items():
        command.help = words.say(f"{prefix}.{name}.about")
        if isinstance(command, Group):
            _translate_group(command, f"{prefix}.{name}", words)
            continue
        command.words = words
        command.options_metavar = words.say("help.options_metavar")
        for parameter in command.params:
            own = words.get(f"{prefix}.{name}.{parameter.name}")
            parameter.help = own if own is not None else words.say(f"help.common.{parameter.name}")


def usage_sentence(error: TyperException, words: Words) -> str:
    """One sentence for a command written wrongly."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "guichet"
    parameter = getattr(error, "param", None)
    hint = "" if parameter is None else _hint(parameter)
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return words.say("usage.no_such_option", name=getattr(error, "option_name", ""), command=command)
    if kind == "MissingParameter":
        return words.say("usage.missing", name=hint, command=command)
    if kind == "BadParameter":
        return words.say("usage.bad_value", name=hint, command=command)
    if kind == "BadOptionUsage":
        return words.say("usage.bad_option", name=getattr(error, "option_name", ""), command=command)
    return words.say("usage.other", command=command)


def _hint(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).upper()
    return str(max(parameter.opts, key=len))


def _words(command: Any) -> Words:
    return getattr(command, "words", None) or load_words("fr")


def _format_help(command: Any, ctx: Any, formatter: Any) -> None:
    words = _words(command)
    named = [_hint(p) if p.required else f"[{_hint(p)}]" for p in command.params if p.param_type_name == "argument"]
    pieces = [command.options_metavar, *named, getattr(command, "subcommand_metavar", "")]
    formatter.write_usage(ctx.command_path, " ".join(filter(None, pieces)), prefix=words.say("help.usage_title"))
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(command.help or "")
    arguments = [(_hint(p), p.help or "") for p in command.params if p.param_type_name == "argument"]
    options = [(_option(p), p.help or "") for p in command.params if p.param_type_name == "option"]
    if arguments:
        with formatter.section(words.say("help.arguments_title")):
            formatter.write_dl(arguments)
    options.append(("--lang fr|en", words.say("help.common.lang")))
    options.append(("--help", words.say("help.common.help")))
    with formatter.section(words.say("help.options_title")):
        formatter.write_dl(options)


def _option(parameter: Any) -> str:
    names = ", ".join(parameter.opts)
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"
