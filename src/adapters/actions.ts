import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import * as core from '@actions/core';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Annotation } from '../report/annotations.ts';
import { cleanText } from '../report/clean.ts';
import { progressThrottle } from './throttle.ts';

/** What main leaves for post. */
export type StateName = 'key-directory' | 'temp-directory' | 'finished';

/** Trimmed value of an Action input; empty when it is not set. */
export function readInput(name: string): string {
  return core.getInput(name);
}

export function saveState(name: StateName, value: string): void {
  core.saveState(name, value);
}

export function readState(name: StateName): string {
  return core.getState(name);
}

/** Has the runner hide a secret in everything printed from here on, whole and line by line. */
export function maskSecret(secret: string): void {
  for (const line of secret.split(/\r?\n/)) {
    if (line.trim() !== '') core.setSecret(line.trim());
  }
}

/** The event that started the workflow; undefined where the runner left none that can be read. */
export async function readEvent(): Promise<unknown> {
  const path = process.env.GITHUB_EVENT_PATH;
  if (!path) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

/** Adds Markdown to the step's summary, where there is one. */
export async function addSummary(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  await core.summary.addRaw(markdown).write();
}

/** Prints an annotation; GitHub places it by a path relative to the workspace. */
export function annotate({ level, title, message, location }: Annotation, workspace: string): void {
  const properties: core.AnnotationProperties = { title };
  if (location !== undefined) {
    properties.file = isAbsolute(location.file) ? relative(workspace, location.file) : location.file;
    if (location.line !== undefined) properties.startLine = location.line;
    if (location.column !== undefined) properties.startColumn = location.column;
  }
  const print = { error: core.error, warning: core.warning, notice: core.notice }[level];
  print(message, properties);
}

/** The log of an Action run. GitHub shows the time of each line itself and folds groups, which do not nest. */
export function actionsLog(clock: Clock, verbose: boolean): Log {
  const worthALine = progressThrottle(clock, 10);
  let depth = 0;
  return {
    debug: (message) => (verbose ? print(message) : core.debug(cleanText(message))),
    info: (message, weight) => (weight === 'milestone' ? core.notice(cleanText(message)) : print(message)),
    warn: (message) => core.warning(cleanText(message)),
    mask: maskSecret,
    async group(title, work) {
      if (depth > 0) print(title);
      else core.startGroup(cleanText(title));
      depth += 1;
      try {
        return await work();
      } finally {
        depth -= 1;
        if (depth === 0) core.endGroup();
      }
    },
    progress(key, message) {
      if (message !== undefined && worthALine(key, message)) print(message);
    },
  };
}

// The runner obeys `::command::` at the start of a line and `##[command]` anywhere in it, so the output of a host could
// set outputs or hide errors. It obeys nothing until the token comes back.
function print(message: string): void {
  const text = cleanText(message);
  const token = /^\s*::|##\[/m.test(text) ? randomUUID() : undefined;
  if (token !== undefined) core.info(`::stop-commands::${token}`);
  core.info(text);
  if (token !== undefined) core.info(`::${token}::`);
}
