import { cleanData, cleanText, progressThrottle } from "./process.js";
import { Code, Command, CommanderError, ConnectError, Decrypter, Encrypter, Http2SessionManager, HttpMethod, KubeConfig, Octokit, Option, RequestContext, RequestError, _enum, array, boolean, createClient, createGrpcTransport, custom, date, exactOptional, fileDesc, fromBinary, int, literal as literal$1, looseObject, messageDesc, number, object as object$1, pLimit, pRetry, paginateRest, record as record$2, require_dist, require_dist_cjs as require_dist_cjs$1, require_dist_cjs$1 as require_dist_cjs, require_semver, require_undici, serviceDesc, strictObject, string, templateLiteral, union, unknown as unknown$1, unpackTar } from "./vendor.js";
import { X509Certificate, createHash } from "node:crypto";
import { glob, link, mkdir, mkdtemp, open, readFile, readdir, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path, { delimiter, dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { connect } from "node:net";
import { Readable, pipeline } from "node:stream";
import { isDeepStrictEqual, promisify, stripVTControlCharacters, styleText } from "node:util";
import { connect as connect$1 } from "node:tls";
import { constants, createGunzip, createZstdCompress, createZstdDecompress, gunzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { execFile, spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";
import { createReadStream, existsSync } from "node:fs";
import { basename } from "node:path/posix";
import { createInterface } from "node:readline/promises";
// src/adapters/clock.ts
const systemClock = {
	now: () => /* @__PURE__ */ new Date(),
	async sleep(milliseconds, signal) {
		try {
			await setTimeout$1(milliseconds, void 0, signal === void 0 ? {} : { signal });
		} catch (thrown) {
			signal?.throwIfAborted();
			throw thrown;
		}
	}
};
// src/errors.ts
var import_undici = require_undici();
/**
* Every error a person can meet, in one literal registry: the code is stable and documented in docs/errors.md,
* the kind decides the exit code.
*/
const ERRORS = {
	INPUT_INVALID: {
		kind: "bad-input",
		about: "A flag or Action input is missing or not understood."
	},
	CONFIG_NOT_FOUND: {
		kind: "bad-input",
		about: "The cluster file does not exist or cannot be read."
	},
	CONFIG_SYNTAX: {
		kind: "bad-input",
		about: "The cluster file is not valid YAML."
	},
	CONFIG_UNKNOWN_KEY: {
		kind: "bad-input",
		about: "The cluster file has a key that Kubestair does not know."
	},
	CONFIG_INVALID: {
		kind: "bad-input",
		about: "A value in the cluster file is missing or of the wrong form."
	},
	OBSERVATION_INVALID: {
		kind: "bad-input",
		about: "A saved observation cannot be read, or was saved by another version of Kubestair."
	},
	HISTORY_UNKNOWN: {
		kind: "bad-input",
		about: "git does not know the commit that something is to be compared with."
	},
	OUTPUT_FAILED: {
		kind: "bad-input",
		about: "A file that was asked for cannot be written."
	},
	VERSION_INVALID: {
		kind: "bad-input",
		about: "A version is not of the form v1.36.3."
	},
	VERSION_SKIPS_MINOR: {
		kind: "bad-input",
		about: "The way to the target passes a minor of which no release is known."
	},
	VERSION_NOT_OFFERED: {
		kind: "bad-input",
		about: "The file asks for the newest patch of a minor, and no release of it is known."
	},
	VERSION_DOWNGRADE: {
		kind: "bad-input",
		about: "The target is older than what runs; Kubernetes has no downgrade."
	},
	VERSION_SKEW: {
		kind: "bad-input",
		about: "A component is outside the version skew policy."
	},
	CLUSTER_UNSUPPORTED: {
		kind: "bad-input",
		about: "The cluster is not of a kind that this provider can upgrade."
	},
	KUBE_CONFIG: {
		kind: "bad-input",
		about: "The kubeconfig cannot be read or has no such context."
	},
	KUBE_CONTEXT: {
		kind: "bad-input",
		about: "The context leads to another cluster than the file means."
	},
	KUBE_UNREACHABLE: {
		kind: "bad-input",
		about: "The API server does not answer."
	},
	KUBE_UNAUTHORIZED: {
		kind: "bad-input",
		about: "The API server does not accept the credentials."
	},
	HOST_UNREACHABLE: {
		kind: "bad-input",
		about: "A host does not answer over SSH."
	},
	HOST_KEY_CHANGED: {
		kind: "bad-input",
		about: "A host shows another key than known_hosts has for it."
	},
	HOST_KEY_UNKNOWN: {
		kind: "bad-input",
		about: "known_hosts has no key for a host."
	},
	HOST_AUTH: {
		kind: "bad-input",
		about: "A host does not accept the SSH user or key."
	},
	HOST_SUDO: {
		kind: "bad-input",
		about: "The SSH user may not use sudo without a password."
	},
	STORE_NOT_FOUND: {
		kind: "bad-input",
		about: "The bucket or directory of the backup store does not exist."
	},
	STORE_UNREACHABLE: {
		kind: "bad-input",
		about: "The backup store does not answer."
	},
	IDENTITY_MISSING: {
		kind: "bad-input",
		about: "The backup is encrypted and no age identity was given."
	},
	IDENTITY_WRONG: {
		kind: "bad-input",
		about: "No age identity that was given opens the backup."
	},
	IDENTITY_INVALID: {
		kind: "bad-input",
		about: "A file holds something else than age identities."
	},
	BACKUP_WITHOUT_ETCD: {
		kind: "bad-input",
		about: "The backup holds no snapshot of etcd."
	},
	NOT_CONFIRMED: {
		kind: "bad-input",
		about: "The cluster's name was not typed, or another one was; nothing was touched."
	},
	PLAN_BLOCKED: {
		kind: "blocked",
		about: "A check blocks the upgrade."
	},
	RESTORE_BLOCKED: {
		kind: "blocked",
		about: "A check speaks against the restore or the rollback."
	},
	PLAN_OFFLINE: {
		kind: "blocked",
		about: "The plan was made from files alone, so nobody may approve it."
	},
	PLAN_DRIFT: {
		kind: "blocked",
		about: "The plan is not the one that was approved."
	},
	RESTORE_REFUSED: {
		kind: "blocked",
		about: "Objects of the backup cannot be restored as they are; nothing was changed."
	},
	RESTORE_INCOMPLETE: {
		kind: "failed",
		about: "Some objects of the backup were not restored."
	},
	LOCKED: {
		kind: "blocked",
		about: "Another run holds the lock of this cluster."
	},
	REHEARSAL_FAILED: {
		kind: "blocked",
		about: "The API server of the next version cannot serve what the backup holds."
	},
	KUBE_REQUEST: {
		kind: "failed",
		about: "The API server refused a request."
	},
	STORE_REFUSED: {
		kind: "failed",
		about: "The backup store refuses reads or writes."
	},
	STORE_FAILED: {
		kind: "failed",
		about: "The backup store failed while it was written or read."
	},
	STORE_CORRUPT: {
		kind: "failed",
		about: "The store returned something else than was written."
	},
	SNAPSHOT_CUT: {
		kind: "failed",
		about: "The etcd snapshot ended early or stalled."
	},
	SNAPSHOT_HASH: {
		kind: "failed",
		about: "The etcd snapshot does not match its own SHA-256."
	},
	MEMBER_NOT_FOUND: {
		kind: "bad-input",
		about: "etcd has no member of that name."
	},
	ETCD_UNHEALTHY: {
		kind: "failed",
		about: "etcd has no healthy member that can give a snapshot."
	},
	BACKUP_PARTIAL: {
		kind: "failed",
		about: "A kind could not be exported; an upgrade accepts no partial backup."
	},
	BACKUP_INCONSISTENT: {
		kind: "failed",
		about: "Kinds were exported at different resource versions; an upgrade accepts no such backup."
	},
	BACKUP_UNPROVEN: {
		kind: "failed",
		about: "A proof of the backup failed, or one that an upgrade demands could not be made."
	},
	REVISION_COMPACTED: {
		kind: "failed",
		about: "etcd forgot the revision of the export before the snapshot began."
	},
	ENCRYPTION_KEYS: {
		kind: "failed",
		about: "Objects in the snapshot are encrypted, and the keys for them are not there or do not fit."
	},
	SCRATCH_UNAVAILABLE: {
		kind: "failed",
		about: "There is no place to run a scratch etcd and API server."
	},
	SCRATCH_FAILED: {
		kind: "failed",
		about: "The scratch etcd or API server failed."
	},
	BACKUP_EXISTS: {
		kind: "failed",
		about: "A backup of that id exists already."
	},
	BACKUP_NOT_FOUND: {
		kind: "bad-input",
		about: "There is no backup of that id in the store."
	},
	FORGE_REFUSED: {
		kind: "failed",
		about: "GitHub does not let the token do what is needed."
	},
	FORGE_UNREACHABLE: {
		kind: "failed",
		about: "GitHub does not answer."
	},
	FORGE_FAILED: {
		kind: "failed",
		about: "GitHub refused a request."
	},
	KEYS_UNSEALED: {
		kind: "bad-input",
		about: "The keys of encryption at rest would be written to the store in plain text."
	},
	ENCRYPTION_UNREADABLE: {
		kind: "failed",
		about: "The EncryptionConfiguration of a control plane cannot be understood."
	},
	HOST_COMMAND: {
		kind: "failed",
		about: "A command on a host failed."
	},
	STEP_FAILED: {
		kind: "failed",
		about: "A step of the rollout failed."
	},
	DRAIN_BLOCKED: {
		kind: "failed",
		about: "A pod could not be evicted in time."
	},
	RESTORE_DIFFERS: {
		kind: "failed",
		about: "What was restored is not what the backup holds."
	},
	GATE_TIMEOUT: {
		kind: "failed",
		about: "A node or its workloads did not become healthy in time."
	},
	LOCK_LOST: {
		kind: "failed",
		about: "The lock was taken by another run."
	},
	INTERRUPTED: {
		kind: "interrupted",
		about: "The run was stopped and can be resumed."
	},
	INTERNAL: {
		kind: "failed",
		about: "A defect of Kubestair itself."
	}
};
/** The one error class: a stable code, what happened, to what, and what to do next. */
var KubestairError = class extends Error {
	name = "KubestairError";
	code;
	object;
	location;
	next;
	constructor(code, message, details = {}) {
		super(message, details.cause === void 0 ? void 0 : { cause: details.cause });
		this.code = code;
		this.object = details.object;
		this.location = details.location;
		this.next = details.next;
	}
};
/** Turns anything thrown into a KubestairError, so that no reader ever meets a bare stack trace. */
function asKubestairError(thrown) {
	if (thrown instanceof KubestairError) return thrown;
	return new KubestairError("INTERNAL", thrown instanceof Error ? thrown.message : String(thrown), {
		next: "This is a defect of Kubestair: please report it with the log of a run with --verbose.",
		cause: thrown
	});
}
/** `file:line:column`, as far as it is known. */
function formatLocation(location) {
	return [
		location.file,
		location.line,
		location.column
	].filter((part) => part !== void 0).join(":");
}
// src/adapters/github-errors.ts
/** Where GitHub asks for a pause without saying how long: "wait for at least one minute". */
const UNSAID_PAUSE_SECONDS = 60;
/**
* How long to wait before a request is sent again; undefined where that would change nothing.
* Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (2026-11).
*/
function pauseSeconds(thrown, now) {
	if (isLost(thrown)) return 0;
	if (!(thrown instanceof RequestError) || !isRateLimit(thrown)) return void 0;
	const headers = thrown.response?.headers ?? {};
	const after = Number(headers["retry-after"]);
	if (headers["retry-after"] !== void 0 && Number.isFinite(after)) return Math.max(0, after);
	const reset = Number(headers["x-ratelimit-reset"]);
	if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) return Math.max(0, Math.ceil(reset - now.getTime() / 1e3));
	return UNSAID_PAUSE_SECONDS;
}
/** Whether it cannot be told if a request was carried out: the server failed, or its answer did not arrive. */
function isLost(thrown) {
	return !(thrown instanceof RequestError) || thrown.status >= 500;
}
/** The status of an answer, also of one that has become a KubestairError. */
function statusOf(thrown) {
	if (thrown instanceof RequestError) return thrown.status;
	return thrown instanceof KubestairError && thrown.cause !== void 0 ? statusOf(thrown.cause) : void 0;
}
/** What GitHub said, as an error that tells what to do. The token is in no part of it. */
function asForgeError(thrown, request, repository) {
	const object = `repository ${repository}`;
	if (!(thrown instanceof RequestError) || thrown.response === void 0) return new KubestairError("FORGE_UNREACHABLE", `${request}: GitHub does not answer: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
		object,
		next: "Look whether the runner reaches GitHub; HTTPS_PROXY and NO_PROXY are honoured.",
		cause: thrown
	});
	const said = `${request}: GitHub answered ${thrown.status}: ${firstLine$1(thrown.message)}`;
	if (isRateLimit(thrown)) return new KubestairError("FORGE_FAILED", said, {
		object,
		next: "The rate limit of the token is used up: run the job again later.",
		cause: thrown
	});
	if ([
		401,
		403,
		404
	].includes(thrown.status)) return new KubestairError("FORGE_REFUSED", said, {
		object,
		next: "Give the job `permissions: { pull-requests: write, contents: read }`, or another github-token. Pull requests from forks and of Dependabot get a token that may only read.",
		cause: thrown
	});
	return new KubestairError(isLost(thrown) ? "FORGE_UNREACHABLE" : "FORGE_FAILED", said, {
		object,
		next: "Run the job again; if GitHub goes on refusing it, report the message.",
		cause: thrown
	});
}
function isRateLimit({ status, message, response }) {
	if (status === 429) return true;
	if (status !== 403) return false;
	const headers = response?.headers ?? {};
	return headers["retry-after"] !== void 0 || headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(message);
}
function firstLine$1(text) {
	return text.split("\n")[0]?.replace(/ - https:\/\/docs\.github\.com\S*$/, "") ?? "";
}
// src/adapters/github.ts
/** Requests that may be sent again after an answer that says nothing about whether they were carried out. */
const RETRIES$1 = 3;
const FIRST_PAUSE_SECONDS = 2;
/** A token that has to wait longer gets no comment: the plan is in the summary. */
const LONGEST_PAUSE_SECONDS = 120;
const TIMEOUT_MILLISECONDS = 3e4;
const Client$1 = Octokit.plugin(paginateRest);
/**
* GitHub's REST API, through the proxy that HTTPS_PROXY and NO_PROXY name. Waits out rate limits as GitHub asks for it
* (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api), within two minutes.
*/
function openGitHub(options, { clock, log }) {
	const [owner = "", repo = ""] = options.repository.split("/");
	const dispatcher = new import_undici.EnvHttpProxyAgent();
	const silent = () => {};
	const client = new Client$1({
		auth: options.token,
		baseUrl: options.apiUrl,
		userAgent: options.userAgent,
		request: { fetch: (url, init) => (0, import_undici.fetch)(url, {
			...init,
			dispatcher
		}) },
		log: {
			debug: silent,
			info: silent,
			warn: silent,
			error: silent
		}
	});
	client.hook.wrap("request", async (send, request) => {
		const signal = request.request?.signal;
		const name = `${request.method} ${request.url}`;
		const once = () => {
			const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
			const both = signal === void 0 ? timeout : AbortSignal.any([signal, timeout]);
			return send({
				...request,
				request: {
					...request.request,
					signal: both
				}
			});
		};
		const pauseBefore = (error, attempt) => {
			if (signal?.aborted === true || isLost(error) && request.method === "POST") return void 0;
			const pause = pauseSeconds(error, clock.now());
			if (pause === void 0 || pause > LONGEST_PAUSE_SECONDS) return void 0;
			return Math.max(pause, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1));
		};
		try {
			return await pRetry(once, {
				retries: RETRIES$1,
				minTimeout: 0,
				maxTimeout: 0,
				shouldRetry: ({ error, attemptNumber }) => pauseBefore(error, attemptNumber) !== void 0,
				onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
					const pause = pauseBefore(error, attemptNumber);
					if (pause === void 0 || retriesLeft === 0) return;
					log.debug(`${name}: ${error.message}; trying again in ${pause} s`);
					await clock.sleep(pause * 1e3, signal);
				}
			});
		} catch (thrown) {
			signal?.throwIfAborted();
			throw asForgeError(thrown, name, options.repository);
		}
	});
	const at = (signal) => ({
		owner,
		repo,
		...signal !== void 0 && { request: { signal } }
	});
	return {
		repository: options.repository,
		async wroteComments(signal) {
			const login = await loginOf(client, signal);
			return ({ author, byApp }) => login === void 0 ? byApp : author === login;
		},
		async headOf(pullRequest, signal) {
			const { data } = await client.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
				...at(signal),
				pull_number: pullRequest
			});
			return data.head.sha;
		},
		async *comments(pullRequest, signal) {
			const pages = client.paginate.iterator("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
				...at(signal),
				issue_number: pullRequest,
				per_page: 100
			});
			for await (const { data } of pages) yield* data.map(toComment);
		},
		async addComment(pullRequest, body, signal) {
			const { data } = await client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
				...at(signal),
				issue_number: pullRequest,
				body
			});
			return toComment(data);
		},
		async editComment(id, body, signal) {
			const { data } = await client.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
				...at(signal),
				comment_id: id,
				body
			});
			return toComment(data);
		},
		async removeComment(id, signal) {
			await client.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
				...at(signal),
				comment_id: id
			});
		},
		async textAt(commit, file, signal) {
			try {
				const { data } = await client.request("GET /repos/{owner}/{repo}/contents/{path}", {
					...at(signal),
					path: file,
					ref: commit,
					mediaType: { format: "raw" }
				});
				return String(data);
			} catch (thrown) {
				if (statusOf(thrown) === 404) return void 0;
				throw thrown;
			}
		},
		async *changedFiles(pullRequest, signal) {
			const pages = client.paginate.iterator("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
				...at(signal),
				pull_number: pullRequest,
				per_page: 100
			});
			for await (const { data } of pages) yield* data.filter(({ status }) => status !== "removed").map(({ filename }) => filename);
		}
	};
}
/**
* Login of the person whose token it is; undefined for the token of an App, which may not ask. Such a token may edit only
* what its own App wrote or what its rights allow, so comments of Apps are taken for its own.
*/
async function loginOf(client, signal) {
	try {
		const { data } = await client.request("GET /user", signal === void 0 ? {} : { request: { signal } });
		return data.login;
	} catch (thrown) {
		if (statusOf(thrown) === 403) return void 0;
		throw thrown;
	}
}
function toComment({ id, html_url, body, user }) {
	return {
		id: Number(id),
		url: html_url,
		author: user?.login ?? "",
		byApp: user?.type === "Bot",
		body: body ?? ""
	};
}
// src/adapters/signals.ts
/** A signal that aborts with a KubestairError INTERRUPTED when the process is asked to stop. */
function abortWhenAskedToStop(interruption) {
	const controller = new AbortController();
	const handle = (signal) => {
		if (controller.signal.aborted) {
			interruption.onAgain(signal);
			return;
		}
		interruption.onFirst(signal);
		controller.abort(new KubestairError("INTERRUPTED", `The run was stopped by ${signal}.`, { next: interruption.next }));
	};
	for (const signal of [
		"SIGINT",
		"SIGTERM",
		"SIGHUP"
	]) process.on(signal, handle);
	return controller.signal;
}
// src/report/ending.ts
function failureOf(error, asked) {
	return {
		command: "failure",
		...asked !== void 0 && { asked },
		outcome: {
			state: stateOf$1(ERRORS[error.code].kind),
			problem: problemOf(error)
		}
	};
}
function problemOf(error) {
	return {
		code: error.code,
		message: error.message,
		...error.object !== void 0 && { object: error.object },
		...error.location !== void 0 && { location: error.location },
		...error.next !== void 0 && { next: error.next }
	};
}
/**
* The exit code of an ending. 2 says that nothing was begun: an error of kind bad-input that meets a run at work, for
* example a host that stops answering, is a failure like any other.
*/
function exitCodeOf(ending) {
	switch (ending.outcome.state) {
		case "changed":
		case "nothing-to-do":
		case "ready": return 0;
		case "blocked": return 3;
		case "interrupted": return 4;
		case "failed": return ending.command === "failure" && isBadInput(ending.outcome.problem.code) ? 2 : 1;
	}
}
/** The command that an ending is about, if it is known. */
function commandOf(ending) {
	return ending.command === "failure" ? ending.asked : ending.command;
}
function isBadInput(code) {
	return ERRORS[code].kind === "bad-input";
}
function stateOf$1(kind) {
	switch (kind) {
		case "bad-input":
		case "failed": return "failed";
		case "blocked": return "blocked";
		case "interrupted": return "interrupted";
	}
}
// src/execute.ts
/** A runner that cancels sends SIGINT, SIGTERM after 7.5 seconds and SIGKILL 2.5 seconds later. */
const graceSeconds = 6;
/** Carries a request out and never throws: whatever happens becomes an ending that can be reported. */
async function execute(run, request, io) {
	try {
		return await Promise.race([run(request, io), cutOff(io.signal, io.clock)]);
	} catch (thrown) {
		const error = errorOf(thrown, io.signal);
		if (error.code === "INTERNAL" || error.cause !== void 0) io.log.debug(traceOf(error));
		return failureOf(error, request.command);
	}
}
async function cutOff(signal, clock) {
	await new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
	await clock.sleep(graceSeconds * 1e3);
	throw signal.reason;
}
function errorOf(thrown, signal) {
	if (signal.aborted && !(thrown instanceof KubestairError)) return asKubestairError(signal.reason);
	return asKubestairError(thrown);
}
function traceOf(error) {
	const own = error.stack ?? error.message;
	return error.cause instanceof Error ? `${own}\ncaused by ${traceOf(error.cause)}` : own;
}
// src/cluster/version.ts
var import_semver = require_semver();
const VENDORS = [
	{
		suffix: /\+k3s\d/,
		name: "k3s",
		way: "a Plan of Rancher's system-upgrade-controller"
	},
	{
		suffix: /\+rke2r\d/,
		name: "RKE2",
		way: "a Plan of Rancher's system-upgrade-controller"
	},
	{
		suffix: /\+k0s/,
		name: "k0s",
		way: "a Plan of k0s autopilot"
	},
	{
		suffix: /-eks-/,
		name: "Amazon EKS",
		way: "`aws eks update-cluster-version`"
	},
	{
		suffix: /-gke\./,
		name: "Google GKE",
		way: "`gcloud container clusters upgrade`"
	},
	{
		suffix: /\+[0-9a-f]{7}$/,
		name: "OpenShift",
		way: "`oc adm upgrade`"
	},
	{
		suffix: /\+/,
		name: "a vendor",
		way: "the vendor's own tool"
	}
];
/** More than the version skew policy allows anywhere, so that no rule ever spans two majors. */
const MINORS_IN_A_MAJOR = 1e3;
const parsed$1 = /* @__PURE__ */ new Map();
/**
* Reads a version written by a person or by the cluster, with or without its leading `v`.
* @throws KubestairError VERSION_INVALID; CLUSTER_UNSUPPORTED for a version of a vendor, named with its own way to upgrade.
*/
function readVersion(text, at = {}) {
	const version = (0, import_semver.parse)(text);
	if (version === null) throw new KubestairError("VERSION_INVALID", `"${text}" is not a version of Kubernetes`, {
		...at,
		next: "Write it with its patch, for example v1.36.3."
	});
	const vendor = vendorOf(text);
	if (vendor !== void 0) throw new KubestairError("CLUSTER_UNSUPPORTED", `${text} is a version of ${vendor.name}, which Kubestair does not upgrade`, {
		...at,
		next: `Upgrade it with ${vendor.way}.`
	});
	return format(version);
}
/** The version that an image tag or a package names, if it is one of Kubernetes itself. */
function versionOfTag(tag) {
	const version = (0, import_semver.parse)(tag);
	if (version === null || vendorOf(tag) !== void 0) return void 0;
	return format(version);
}
/** Who built a version, if it was not the Kubernetes project. */
function vendorOf(text) {
	const vendor = VENDORS.find(({ suffix }) => suffix.test(text));
	return vendor === void 0 ? void 0 : {
		name: vendor.name,
		way: vendor.way
	};
}
/** Negative if `a` is older than `b`, 0 if they are the same, positive if it is newer; a pre-release is older than its release. */
function compareVersions(a, b) {
	return semverOf(a).compare(semverOf(b));
}
/** How many minors `to` is above `from`; negative if it is below. Patches do not count, as in the version skew policy. */
function minorsBetween(from, to) {
	const [older, newer] = [semverOf(from), semverOf(to)];
	return (newer.major - older.major) * MINORS_IN_A_MAJOR + newer.minor - older.minor;
}
/** `1.36` of `v1.36.3`. */
function minorOf(version) {
	const { major, minor } = semverOf(version);
	return `${major}.${minor}`;
}
/** Whether a version is at or above a minor such as `1.35`. */
function isAtLeastMinor(version, minor) {
	return minorsBetween(`v${minor}.0`, version) >= 0;
}
function isPrerelease(version) {
	return semverOf(version).prerelease.length > 0;
}
/** @returns undefined for an empty list. */
function oldestOf(versions) {
	return versions.toSorted(compareVersions)[0];
}
/** @returns undefined for an empty list. */
function newestOf(versions) {
	return versions.toSorted(compareVersions).at(-1);
}
/** The minors between two versions that a step from one to the other would leave out, for example `['1.36']`. */
function minorsSkipped(from, to) {
	const { major, minor } = semverOf(from);
	const left = Math.min(minorsBetween(from, to) - 1, MINORS_IN_A_MAJOR);
	return Array.from({ length: Math.max(left, 0) }, (_, index) => `${major}.${minor + index + 1}`);
}
function format(version) {
	return `v${version.version}`;
}
function semverOf(text) {
	const seen = parsed$1.get(text);
	if (seen !== void 0) return seen;
	const version = (0, import_semver.parse)(text);
	if (version === null) throw new KubestairError("VERSION_INVALID", `"${text}" is not a version of Kubernetes`);
	parsed$1.set(text, version);
	return version;
}
// src/cluster/wanted.ts
const MINOR = /^v?(\d+\.\d+)$/;
/**
* Reads what a person wrote: `v1.36.3` is that release, `v1.36` the newest patch of the minor. kubeadm takes pre-releases only
* with its --allow flags, for test clusters: they are no targets.
* @throws KubestairError VERSION_INVALID, CLUSTER_UNSUPPORTED
*/
function readWanted(text, at = {}) {
	const minor = MINOR.exec(text)?.[1];
	if (minor !== void 0) return minor;
	const version = readVersion(text, at);
	if (!isPrerelease(version)) return version;
	throw new KubestairError("VERSION_INVALID", `${text} is a pre-release`, {
		...at,
		next: "Name a release."
	});
}
/** Whether the newest patch of a minor is asked for. */
function isMinor(wanted) {
	return !wanted.startsWith("v");
}
/** `1.36` of `v1.36.3` and of `1.36`. */
function minorOfWanted(wanted) {
	return isMinor(wanted) ? wanted : minorOf(wanted);
}
/** The first release of a minor, to compare with. */
function firstOf(minor) {
	return `v${minor}.0`;
}
/** Whether one comes before the other for sure; of a minor and one of its own releases neither does. */
function isBefore(a, b) {
	if (!isMinor(a) && !isMinor(b)) return compareVersions(a, b) < 0;
	return minorsBetween(firstOf(minorOfWanted(a)), firstOf(minorOfWanted(b))) > 0;
}
// src/plan/hash.ts
/** Findings that do not warn, but that an approval is about all the same: who is away for a time. */
const APPROVED_INFO = /* @__PURE__ */ new Set(["single-replicas"]);
/**
* What an approval is bound to: SHA-256, in hexadecimal, of the canonical JSON of what the plan does and rests on.
* Left out is what changes while nothing of that does: counts of ready pods, names of pods, free bytes, durations, findings that
* only inform, reasons why something is unknown, and how the cluster is reached (a plan is approved with other credentials than run).
*/
function planHash({ tool, config, observation, steps, findings }) {
	const { access: _, accept, ...intent } = config;
	const basis = {
		tool,
		config: {
			...intent,
			backup: {
				...intent.backup,
				encryptTo: intent.backup.encryptTo.toSorted()
			},
			kubeadm: { ignorePreflightErrors: intent.kubeadm.ignorePreflightErrors.toSorted() },
			accept: sortedByJson(accept.map(({ at: _at, ...each }) => each))
		},
		clusterUid: observation.clusterUid,
		configuredVersion: valueOrNull(observation.configuredVersion),
		nodes: sortedByJson(observation.nodes.map(nodeBasis)),
		etcd: etcdBasis(observation),
		settings: settingsBasis(observation),
		steps: steps.map(({ expectedSeconds: _seconds, ...step }) => step),
		findings: sortedByJson(findings.filter(({ severity, check }) => severity !== "info" || APPROVED_INFO.has(check)).map(({ check, severity, object, accepted }) => ({
			check,
			severity,
			object,
			accepted
		})))
	};
	return createHash("sha256").update(canonicalJson(basis)).digest("hex");
}
/** JSON with sorted keys and no white space; undefined members are left out, as by JSON.stringify. */
function canonicalJson(value) {
	return JSON.stringify(value, (_key, inner) => isRecord$5(inner) ? sortKeys(inner) : inner);
}
function nodeBasis(node) {
	const host = valueOrNull(node.host);
	return {
		name: node.name,
		role: node.role,
		kubelet: node.kubelet,
		kubeProxy: valueOrNull(node.kubeProxy),
		components: valueOrNull(node.components),
		containerRuntime: node.containerRuntime,
		osImage: node.osImage,
		host: host === null ? null : {
			os: host.os,
			cgroup: host.cgroup,
			packages: host.packages
		}
	};
}
function etcdBasis({ etcd }) {
	if (!etcd.known) return null;
	const members = etcd.value.members.map(({ name, version, learner }) => ({
		name,
		version,
		learner
	}));
	return {
		topology: etcd.value.topology,
		members: sortedByJson(members)
	};
}
/** Flags, gates and the like, wherever they are written; a line that moves is no change. */
function settingsBasis({ evidence }) {
	if (!evidence.known) return null;
	const { clusterSettings, hostSettings } = evidence.value;
	const withoutLines = ({ found }) => sortedByJson(found.map(({ line: _, ...setting }) => setting));
	return {
		cluster: withoutLines(clusterSettings),
		hosts: sortedByJson(hostSettings.map(({ node, found }) => ({
			node,
			found: found.known ? withoutLines(found.value) : null
		})))
	};
}
function valueOrNull(fact) {
	return fact.known ? fact.value : null;
}
function sortedByJson(values) {
	return values.map((value) => ({
		value,
		key: canonicalJson(value)
	})).toSorted((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ value }) => value);
}
function isRecord$5(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function sortKeys(record) {
	return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => a < b ? -1 : 1));
}
// src/plan/offline.ts
/**
* The plan that can be made without the cluster: which path the versions in the file mean, and what else changes in it.
* @throws KubestairError VERSION_DOWNGRADE
*/
function offlinePlan({ config, versionAt, tool, before }) {
	const [from, to] = [before?.version, config.version];
	if (from !== void 0 && isBefore(to, from)) throw downgrade$1(from, to, versionAt);
	return {
		format: "kubestair.dev/offline-plan/v1",
		tool,
		cluster: config.name,
		verdict: "unknown",
		...from !== void 0 && { from },
		to,
		path: pathOf$2(from, config),
		settings: before === void 0 ? [] : changedSettings(before, config),
		notChecked: [
			...from === void 0 ? ["Where the path starts: the file of the base branch could not be read."] : [],
			"Whether the cluster runs what the file said before.",
			"Removed and deprecated APIs in use, nodes, etcd, certificates, webhooks and every other check.",
			"Whom drains disrupt, and how long it takes.",
			"Whether the releases can be had by the hosts."
		]
	};
}
/** What the file names, and each minor that it leaves out, at its newest patch. */
function pathOf$2(from, { via, version }) {
	if (from === version) return [];
	const named = [...via, version].filter((stop) => from === void 0 || !isBefore(stop, from));
	return named.flatMap((stop, index) => {
		const before = named[index - 1] ?? from;
		if (before === void 0) return [stop];
		return [...minorsSkipped(firstOf(minorOfWanted(before)), firstOf(minorOfWanted(stop))), stop];
	});
}
/** Paths of settings that differ, for example `backup.store`. */
function changedSettings(before, after) {
	const leaves = (value, path) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, canonicalJson(value)]];
		return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
	};
	const [old, now] = [new Map(leaves(before, "")), new Map(leaves(after, ""))];
	return [.../* @__PURE__ */ new Set([...old.keys(), ...now.keys()])].toSorted().filter((path) => path !== "version" && path !== "via" && old.get(path) !== now.get(path));
}
/** A version for people: a minor stands for its newest patch. */
function wantedText(wanted) {
	return isMinor(wanted) ? `v${wanted}.x` : wanted;
}
function downgrade$1(from, to, location) {
	return new KubestairError("VERSION_DOWNGRADE", `${wantedText(to)} is older than ${wantedText(from)}, which the file asked for before`, {
		location,
		next: `Write ${wantedText(from)} or newer at ${formatLocation(location)}. Kubernetes has no downgrade; the way back is the backup that the upgrade took, see docs/restore.md.`
	});
}
// src/report/markdown/escape.ts
/**
* Text that comes from clusters, made safe for GitHub Flavored Markdown (https://github.github.com/gfm/): it cannot open
* HTML, links, images, emphasis, code, table cells, formulas or mentions, and stays on one line.
*/
function md(text) {
	return oneLine(text).replace(/[\\`[\]<>|~#&]/g, entity).replace(/[*_]/g, "\\$&").replaceAll("$", "<span>$</span>").replaceAll("@", "@&#8203;").replace(/^([-+=]|\d+[.)])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);
}
/** A name as code, in a table too: nothing in it is interpreted. */
function code(text) {
	const line = oneLine(text);
	if (line === "") return "";
	if (/^[\w ./:@+=,%()"'-]+$/.test(line)) return `\`${line}\``;
	return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, entity)}</code>`;
}
/** A code block; its fence is longer than any within. */
function block(language, lines) {
	const text = lines.join("\n");
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
	const fence = "`".repeat(longest + 1);
	return `${fence}${language}\n${text}\n${fence}`;
}
/** A table of cells that are Markdown already. */
function table(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	return [
		line(head),
		line(head.map(() => "---")),
		...rows.map(line)
	].join("\n");
}
/** Folded detail. The title is HTML text of our own, never of a cluster. */
function details(title, body) {
	return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
}
function oneLine(text) {
	return text.replace(/\s+/g, " ").trim();
}
function entity(character) {
	return `&#${character.codePointAt(0)};`;
}
// src/report/units.ts
/** `42s`, `2m 05s`, `1h 02m`. */
function formatSeconds(seconds) {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 60) return `${whole}s`;
	if (whole < 3600) return `${Math.floor(whole / 60)}m ${padded(whole % 60)}s`;
	const minutes = Math.round(whole / 60);
	return `${Math.floor(minutes / 60)}h ${padded(minutes % 60)}m`;
}
/** `512 B`, `12.3 MiB`. */
function formatBytes$1(bytes) {
	const units = [
		"KiB",
		"MiB",
		"GiB",
		"TiB"
	];
	if (bytes < 1024) return `${bytes} B`;
	let value = bytes / 1024;
	let unit = 0;
	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${value.toFixed(1)} ${units[unit]}`;
}
/** `2026-11-21 09:05:07 UTC` from RFC 3339. */
function formatTime(rfc3339) {
	const time = new Date(rfc3339);
	if (Number.isNaN(time.getTime())) return rfc3339;
	return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
/** Seconds between two RFC 3339 times. */
function secondsBetween(start, end) {
	return (Date.parse(end) - Date.parse(start)) / 1e3;
}
/** `1 step`, `2 steps`. */
function count$1(number, singular, plural = `${singular}s`) {
	return `${number.toLocaleString("en-US")} ${number === 1 ? singular : plural}`;
}
function padded(number) {
	return String(number).padStart(2, "0");
}
// src/report/unlock-facts.ts
/** What became of the lock, a sentence a place. */
function unlockLines({ freed, outcome }) {
	if (outcome.state === "nothing-to-do") return ["Nobody holds the lock."];
	return freed.map(({ object, holder, since, renewedAt }) => `${object} is free: taken from run ${holder}, which held it since ${formatTime(since)} and renewed it last ${formatTime(renewedAt)}.`);
}
// src/request/contract.ts
/** Every command, in the order in which a person meets them. */
const COMMANDS = {
	plan: {
		about: "Show what an upgrade would do; change nothing.",
		long: "Reads the cluster file and the cluster, checks the path one minor at a time, and prints the steps, whom they disrupt and how long they take. Changes nothing.",
		examples: ["kubestair plan -f clusters/prod.yaml", "kubestair plan -f clusters/prod.yaml --output json | jq -r .plan.hash"]
	},
	backup: {
		about: "Back up all resources, etcd and host files to the store.",
		long: "Exports every listable kind as raw JSON, streams an etcd snapshot and the files of the control-plane hosts to the store, and reads them back to prove their checksums.",
		examples: ["kubestair backup -f clusters/prod.yaml"]
	},
	upgrade: {
		about: "Back up, then upgrade node by node to the version in the cluster file.",
		long: "Takes and proves a backup, then goes to the version in the cluster file one minor at a time, one node at a time. Run it again after any stop: it goes on where it stopped.",
		examples: ["kubestair upgrade -f clusters/prod.yaml", "kubestair upgrade -f clusters/prod.yaml --plan-hash <hash of the approved plan>"]
	},
	status: {
		about: "Show versions, cordons, the lock, the last backup and the last run.",
		long: "Shows what runs on every node, who holds the lock, the last backup and how far the last run came. Changes nothing.",
		examples: ["kubestair status -f clusters/prod.yaml"]
	},
	unlock: {
		about: "Take the lock away from a run that is dead.",
		long: "Frees the lock of a cluster from a run that will not come back. A run that is alive keeps it unless --force is given, and then stops before its next step; hosts refuse work of the old run as soon as the next one has begun.",
		examples: ["kubestair unlock -f clusters/prod.yaml --run 20261121T090507Z-3f9a --reason 'its runner was deleted'"]
	},
	matrix: {
		about: "Print the job matrix of the clusters that a change touches, in waves.",
		long: "Finds the cluster files of a glob that a change touches, or whose version lies in a file that it touches, and prints them as a job matrix: all of them, and wave by wave. Asks no cluster.",
		examples: ["kubestair matrix -f 'clusters/*.yaml'", "kubestair matrix -f 'clusters/*.yaml' --base origin/main --output json | jq -c .matrix.waves"]
	},
	"restore-resources": {
		words: ["restore", "resources"],
		about: "Bring objects of a backup back.",
		long: "Compares the objects of a backup with what is there, asks the API server about every one that is to be written, and only then writes: what others need first, webhooks last. What is there and equal is left alone, so the same command goes on after a stop.",
		examples: [
			"kubestair restore resources -f clusters/prod.yaml --namespace shop --dry-run",
			"kubestair restore resources -f clusters/prod.yaml --from 20261121T090507Z-3f9a --kind deployments.apps --existing update",
			"kubestair restore resources -f clusters/prod.yaml --namespace shop --as-namespace shop=shop-before"
		]
	},
	"restore-etcd": {
		words: ["restore", "etcd"],
		about: "Put etcd back to a backup, on every control plane.",
		long: "Brings the snapshot of a backup to every member of etcd, makes the new data while the old still serves, stops the control plane, swaps the data, starts everything again in order and compares every object with the export. What changed since the backup is lost; the old data is kept. Run it again after any stop: it goes on where it stopped.",
		examples: ["kubestair restore etcd -f clusters/prod.yaml --from latest --dry-run", "kubestair restore etcd -f clusters/prod.yaml --from 20261121T090507Z-3f9a --confirm prod"]
	}
};
const COMMAND_NAMES = Object.keys(COMMANDS);
const OUTPUT_FORMATS = [
	"text",
	"json",
	"markdown"
];
/**
* Every Action input and command-line flag. action.yml, the tables of README.md, the readers of both and the help text
* come from here.
*/
const SETTINGS = {
	command: {
		input: "command",
		type: "choice",
		choices: COMMAND_NAMES,
		required: true,
		about: `What to do: ${COMMAND_NAMES.map((name) => `\`${name}\``).join(", ")}.`
	},
	file: {
		input: "file",
		flag: "file",
		short: "f",
		placeholder: "path",
		type: "path",
		required: true,
		unless: "against",
		about: "Cluster file, for example `clusters/prod.yaml`; for `matrix` a glob such as `clusters/*.yaml`."
	},
	planHash: {
		input: "plan-hash",
		flag: "plan-hash",
		placeholder: "hash",
		type: "hash",
		commands: ["upgrade"],
		about: "Hash of the approved plan; an upgrade whose plan has another hash stops before it changes anything."
	},
	from: {
		input: "from",
		flag: "from",
		placeholder: "id",
		type: "text",
		commands: ["restore-resources", "restore-etcd"],
		about: "Backup to read: its id, `latest` (the default), or `<cluster>/<id>` for one of another cluster in the same store."
	},
	identity: {
		flag: "identity",
		placeholder: "path",
		type: "path",
		commands: ["restore-resources", "restore-etcd"],
		about: "File with the age identity that opens an encrypted backup, as age-keygen writes it."
	},
	ageIdentity: {
		input: "age-identity",
		type: "secret",
		commands: ["restore-resources", "restore-etcd"],
		about: "age identity that opens an encrypted backup. Masked, kept in a private file, overwritten and removed after the run."
	},
	dryRun: {
		input: "dry-run",
		flag: "dry-run",
		type: "boolean",
		commands: ["restore-resources", "restore-etcd"],
		about: "Show what would be done, and change nothing."
	},
	namespace: {
		input: "namespace",
		flag: "namespace",
		short: "n",
		placeholder: "name",
		type: "list",
		commands: ["restore-resources"],
		about: "Only objects of this namespace, and the namespace itself; may be repeated."
	},
	kind: {
		input: "kind",
		flag: "kind",
		placeholder: "kind",
		type: "list",
		commands: ["restore-resources"],
		about: "Only objects of this kind, for example `deployments.apps`; may be repeated."
	},
	selector: {
		input: "selector",
		flag: "selector",
		short: "l",
		placeholder: "query",
		type: "text",
		commands: ["restore-resources"],
		about: "Only objects with these labels, as for kubectl: `app=web,tier!=test`."
	},
	asNamespace: {
		input: "as-namespace",
		flag: "as-namespace",
		placeholder: "old=new",
		type: "list",
		commands: ["restore-resources"],
		about: "Restore the objects of one namespace into another; may be repeated."
	},
	existing: {
		input: "existing",
		flag: "existing",
		placeholder: "policy",
		type: "choice",
		choices: [
			"skip",
			"update",
			"fail"
		],
		commands: ["restore-resources"],
		about: "What to do with objects that are there and differ: `skip` (the default) leaves them, `update` makes them what they were, `fail` restores nothing at all."
	},
	skipRefused: {
		input: "skip-refused",
		flag: "skip-refused",
		type: "boolean",
		commands: ["restore-resources"],
		about: "Restore the rest when the API server refuses some objects; without it nothing is restored then."
	},
	lockWait: {
		input: "lock-wait",
		flag: "lock-wait",
		placeholder: "duration",
		type: "duration",
		commands: [
			"upgrade",
			"restore-resources",
			"restore-etcd"
		],
		about: "How long to wait for another run that holds the lock, for example `30m`; default not at all."
	},
	run: {
		input: "run",
		flag: "run",
		placeholder: "id",
		type: "text",
		required: true,
		commands: ["unlock"],
		about: "Id of the run whose lock is taken away, as `status` shows it."
	},
	reason: {
		input: "reason",
		flag: "reason",
		placeholder: "text",
		type: "text",
		required: true,
		commands: ["unlock"],
		about: "Why the lock is taken away; kept beside it."
	},
	force: {
		input: "force",
		flag: "force",
		type: "boolean",
		commands: ["unlock"],
		about: "Take the lock away from a run that is seen to be alive, too; it stops within seconds."
	},
	member: {
		input: "member",
		flag: "member",
		placeholder: "name",
		type: "text",
		commands: ["backup"],
		about: "etcd member to take the snapshot from, by name or id; default a healthy one, rather not the leader."
	},
	against: {
		input: "against",
		flag: "against",
		placeholder: "path",
		type: "path",
		commands: ["plan"],
		about: "Saved observation to plan from instead of the cluster; without a cluster file, the one it was saved with."
	},
	offline: {
		input: "offline",
		flag: "offline",
		type: "boolean",
		commands: ["plan"],
		about: "Plan from the files alone: no cluster is asked, and the plan cannot be approved. Always so for pull requests from forks."
	},
	base: {
		input: "base",
		flag: "base",
		placeholder: "ref",
		type: "text",
		commands: ["plan", "matrix"],
		about: "Commit, branch or tag that the change starts from, for `matrix` and `offline`; in a pull request its base, unless another one is named."
	},
	changed: {
		input: "changed",
		flag: "changed",
		placeholder: "path",
		type: "list",
		commands: ["matrix"],
		about: "Files that changed, where that is known already; git is not asked then."
	},
	saveObservation: {
		input: "save-observation",
		flag: "save-observation",
		placeholder: "path",
		type: "path",
		commands: ["plan"],
		about: "File to save what the plan was made from, to plan from again with `against` or to attach to an issue."
	},
	pseudonymise: {
		input: "pseudonymise",
		flag: "pseudonymise",
		type: "boolean",
		commands: ["plan"],
		about: "Replace the names of clusters, nodes, namespaces, objects, labels and hosts in what is saved."
	},
	confirm: {
		input: "confirm",
		flag: "confirm",
		placeholder: "cluster",
		type: "text",
		commands: ["restore-etcd"],
		about: "Name of the cluster, typed by whoever means it; a terminal is asked for it."
	},
	without: {
		input: "without",
		flag: "without",
		placeholder: "node",
		type: "list",
		commands: ["restore-etcd"],
		about: "Control plane that is gone for good and cannot be restored."
	},
	otherCluster: {
		input: "other-cluster",
		flag: "other-cluster",
		type: "boolean",
		default: "false",
		commands: ["restore-etcd"],
		about: "The backup is of another cluster, and these hosts are to become that one."
	},
	output: {
		flag: "output",
		short: "o",
		placeholder: "format",
		type: "choice",
		choices: OUTPUT_FORMATS,
		default: "text",
		about: "What standard output gets: `text`, one `json` document, or `markdown`."
	},
	sshPrivateKey: {
		input: "ssh-private-key",
		type: "secret",
		about: "Private key for the hosts, without a passphrase. Masked, kept in a private file, overwritten and removed after the run."
	},
	sshKnownHosts: {
		input: "ssh-known-hosts",
		type: "text",
		about: "Lines of known_hosts for the hosts and the jump host. Hosts with another or no key are refused."
	},
	kubeconfig: {
		input: "kubeconfig",
		type: "secret",
		about: "Contents of a kubeconfig. Its credentials are masked; the file is overwritten and removed after the run."
	},
	kubeconfigFile: {
		flag: "kubeconfig",
		placeholder: "path",
		type: "path",
		about: "kubeconfig file, instead of the one that the cluster file or $KUBECONFIG names."
	},
	comment: {
		input: "comment",
		type: "choice",
		choices: [
			"auto",
			"always",
			"never"
		],
		default: "auto",
		about: "Whether `plan` keeps one comment for each cluster on the pull request: `auto` where there is something to do or a comment already, `always`, or `never`."
	},
	githubToken: {
		input: "github-token",
		type: "secret",
		default: "${{ github.token }}",
		about: "Token for the comment; it needs `pull-requests: write`. Without that right the plan is in the summary only."
	},
	verbose: {
		input: "verbose",
		flag: "verbose",
		short: "v",
		type: "boolean",
		default: "false",
		about: "Log every request and every command on a host."
	}
};
/** Exit codes of the command line; the Action's step fails with the same ones. */
const EXIT_CODES = {
	0: "Done, or nothing to do.",
	1: "Failed while working; run the same command again to go on.",
	2: "Bad input: found before anything was changed.",
	3: "Blocked by a check, by a lock or by a plan that is not the approved one; nothing was changed.",
	4: "Interrupted; run the same command again to go on."
};
/** Whether a setting means something for a command. */
function appliesTo(setting, command) {
	return setting.commands === void 0 || setting.commands.includes(command);
}
// src/report/commands.ts
/** A command line to copy. */
function commandLine(command, file, planHash) {
	const hash = planHash === void 0 ? "" : ` --plan-hash ${planHash}`;
	return `kubestair ${COMMANDS[command].words?.join(" ") ?? command} -f ${shellQuoted(file)}${hash}`;
}
/** One word of a POSIX shell, quoted where it has to be. */
function shellQuoted(text) {
	if (/^[\w./:@%+=,-]+$/.test(text)) return text;
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
/** Commands that find out how far they came, and go on from there. */
const GO_ON = /* @__PURE__ */ new Set([
	"upgrade",
	"restore-resources",
	"restore-etcd"
]);
/** What to do after an interruption, as a sentence. */
function resumeHint(request) {
	const again = requestLine(request);
	return GO_ON.has(request.command) ? `To go on where it stopped: ${again}` : `To start again: ${again}`;
}
/** The command line of a request, with every flag that it was given. */
function requestLine(request) {
	const given = { ...request };
	const flags = Object.entries(SETTINGS).flatMap(([name, { flag, argument }]) => {
		const value = name === "file" || name === "verbose" ? void 0 : given[name];
		if (flag === void 0 || argument === true || value === void 0) return [];
		if (value === true) return [` --${flag}`];
		return (Array.isArray(value) ? value : [value]).map((one) => ` --${flag} ${shellQuoted(String(one))}`);
	});
	return commandLine(request.command, request.file) + flags.join("");
}
// src/report/backup-facts.ts
/** URL of the backup's folder, without credentials. */
function backupUrl(backup) {
	return `${backup.storeUrl.replace(/\/+$/, "")}/${backup.prefix.replace(/^\/+|\/+$/g, "")}`;
}
/** What a backup holds, a line for each kind of part. */
function backupContents(manifest) {
	const exported = manifest.resources.filter((resource) => resource.part !== void 0);
	const objects = exported.reduce((sum, resource) => sum + resource.objects, 0);
	const missing = manifest.resources.length - exported.length;
	const without = missing === 0 ? "" : `, without ${count$1(missing, "kind")} that could not be exported`;
	const contents = [`${count$1(objects, "object")} of ${count$1(exported.length, "kind")} at resource version ${manifest.resourceVersion}${without}`];
	if (manifest.etcd !== void 0) {
		const { member, revision, part } = manifest.etcd;
		contents.push(`etcd at revision ${revision} from ${member} (${sizes(part.plain, part.sealed)})`);
	}
	if (manifest.hosts.length > 0) contents.push(`host files of ${manifest.hosts.map((host) => host.node).join(", ")}`);
	return contents;
}
function backupProofs(manifest) {
	return manifest.proofs.map((proof) => `${proof.kind} ${proof.result} at ${formatTime(proof.at)}: ${proof.detail}`);
}
/** Shell commands that bring one part of a backup back as plain file, with public tools alone. */
function fetchCommand(backup, path, into) {
	const url = `${backupUrl(backup)}/${path}`;
	const unseal = path.endsWith(".age") ? " | age -d -i key.txt" : "";
	const unpack = path.replace(/\.age$/, "").endsWith(".zst") ? " | zstd -d" : "";
	const file = url.startsWith("file://") ? decodeURIComponent(new URL(url).pathname) : void 0;
	return `${file === void 0 ? `aws s3 cp ${shellQuoted(url)} -` : `cat ${shellQuoted(file)}`}${unseal}${unpack} > ${shellQuoted(into)}`;
}
function sizes(plain, sealed) {
	return `${formatBytes$1(plain.bytes)}, ${formatBytes$1(sealed.bytes)} in the store`;
}
// src/report/go-back.ts
/**
* The way back by hand to what a backup holds, with public tools alone. Kubernetes has no downgrade in place
* (https://kubernetes.io/releases/version-skew-policy/), so it leads through the etcd snapshot. The revision is
* bumped since informers hang on to stale caches otherwise (etcd-io/etcd#16028).
* Absent where the backup holds no snapshot.
*/
function goBack(backup, version) {
	const { etcd, hosts } = backup.manifest;
	if (etcd === void 0) return void 0;
	return {
		about: [`Kubernetes has no downgrade in place: going back to ${version} means restoring etcd as it was at ${backup.manifest.startedAt}. Everything that changed in the cluster since then is lost, and volumes keep their newer contents.`, "Single objects need no restore: take them from the resources of the backup, one JSON object a line."],
		fetch: [
			fetchCommand(backup, etcd.part.path, "snapshot.db"),
			`echo ${quoted$1(`${etcd.part.plain.sha256}  snapshot.db`)} | sha256sum --check`,
			...hosts.map((host) => fetchCommand(backup, host.part.path, `${fileName(host.node)}.tar`))
		],
		steps: [
			`On every control-plane host: move /etc/kubernetes/manifests away, wait until no control-plane container runs, install the kubelet and kubeadm packages of ${version}, stop the kubelet, and move /var/lib/etcd away.`,
			"On every control-plane host: etcdutl snapshot restore snapshot.db --data-dir /var/lib/etcd --bump-revision 1000000000 --mark-compacted, with --name, --initial-cluster and --initial-advertise-peer-urls of the etcd.yaml that was moved away.",
			"On every control-plane host: unpack its tar over / and start the kubelet.",
			`On every worker: install the kubelet and kubeadm packages of ${version}, run kubeadm upgrade node, and restart the kubelet.`
		]
	};
}
function quoted$1(text) {
	return `'${text}'`;
}
function fileName(node) {
	return node.replaceAll("/", "_");
}
// src/report/markdown/sections.ts
/** The order in which detail is shortened and dropped, first one first. What the verdict rests on is shortened last. */
const KEEP$1 = {
	earlierPlans: 1,
	evictions: 2,
	timeline: 3,
	journal: 4,
	waits: 5,
	openSteps: 6,
	afterMerge: 7,
	steps: 8,
	goBack: 9,
	nodes: 10,
	accepted: 11,
	findings: 12
};
/**
* Joins sections. Where the text does not fit, they are shortened and then dropped one by one in the order of `keep`, and
* the text says which; those that always stay are shortened only when nothing else is left.
* @param limit in bytes of UTF-8, which bounds characters too
*/
function joinWithin(sections, limit) {
	let kept = sections.filter(({ text }) => text !== "").map((section) => ({
		section,
		text: section.text,
		shortened: false
	}));
	const dropped = [];
	for (;;) {
		const text = join$2(kept, dropped);
		if (bytes(text) <= limit) return text;
		const weakest = weakestOf(kept);
		if (weakest === void 0) return cut$1(text, limit);
		const { short } = weakest.section;
		if (short !== void 0 && !weakest.shortened) kept = kept.map((each) => each === weakest ? {
			...each,
			text: short,
			shortened: true
		} : each);
		else {
			dropped.push(weakest.section.name);
			kept = kept.filter((each) => each !== weakest);
		}
	}
}
function weakestOf(kept) {
	return kept.filter(({ section }) => section.keep !== "always").toSorted((a, b) => rank$1(a.section) - rank$1(b.section))[0] ?? kept.find(({ section, shortened }) => section.short !== void 0 && !shortened);
}
function join$2(kept, dropped) {
	const shortened = kept.filter((each) => each.shortened).map(({ section }) => section.name);
	const note = [dropped.length === 0 ? "" : `Left out: ${dropped.join(", ")}.`, shortened.length === 0 ? "" : `Shortened: ${shortened.join(", ")}.`].filter((part) => part !== "");
	const notes = note.length === 0 ? [] : [`_The whole would be too long here. ${note.join(" ")} The result file has everything._`];
	return `${[...kept.map(({ text }) => text), ...notes].join("\n\n")}\n`;
}
function rank$1({ keep }) {
	return keep === "always" ? Number.POSITIVE_INFINITY : keep;
}
function cut$1(text, limit) {
	const note = "\n\n_Cut off here, since it would be too long. The result file has everything._\n";
	const room = Buffer.from(text).subarray(0, Math.max(0, limit - bytes(note)));
	const end = room.lastIndexOf("\n");
	return room.subarray(0, Math.max(0, end)).toString("utf8") + note;
}
function bytes(text) {
	return Buffer.byteLength(text);
}
// src/report/markdown/backup.ts
function backupSections(backup, goBackTo) {
	const way = goBackTo === void 0 ? "" : goBackText$1(backup, goBackTo);
	return [{
		name: "backup",
		keep: "always",
		text: `### Backup\n\n${facts$1(backup)}`
	}, {
		name: "how to go back",
		keep: KEEP$1.goBack,
		text: way
	}];
}
function facts$1(backup) {
	const { manifest } = backup;
	return table(["", ""], [
		["Id", `${code(manifest.id)} (${manifest.state})`],
		["Where", code(backupUrl(backup))],
		["Holds", backupContents(manifest).map(md).join("<br>")],
		["Proof", backupProofs(manifest).map(md).join("<br>") || "none"],
		["Encrypted to", manifest.recipients.map(code).join("<br>") || "nobody: the parts are plain"]
	]);
}
function goBackText$1(backup, version) {
	const way = goBack(backup, version);
	if (way === void 0) return "";
	const steps = way.steps.map((step, index) => `${index + 1}. ${md(step)}`);
	return details("How to go back", [
		...way.about.map(md),
		"Fetch the parts and check them; other servers than AWS need `--endpoint-url`:",
		block("sh", way.fetch),
		steps.join("\n")
	].join("\n\n"));
}
// src/report/markdown/matrix.ts
function matrixSections({ matrix, waves }) {
	const rows = waves.flatMap(({ include }, index) => include.map(({ cluster, file }) => [
		String(index + 1),
		code(cluster),
		code(file)
	]));
	return [{
		name: "heading",
		keep: "always",
		text: `## ${count$1(matrix.include.length, "cluster")} changed`
	}, {
		name: "clusters",
		keep: 1,
		text: rows.length === 0 ? "" : table([
			"Wave",
			"Cluster",
			"File"
		], rows)
	}];
}
// src/report/markdown/offline.ts
/** A plan from files alone, which says so before anything else. */
function offlineSections(plan, source) {
	return [
		{
			name: "heading",
			keep: "always",
			text: heading$4(plan, source)
		},
		{
			name: "what was not checked",
			keep: "always",
			text: notChecked(plan)
		},
		{
			name: "other settings",
			keep: 1,
			text: settings(plan)
		},
		{
			name: "next",
			keep: "always",
			text: "**Next:** somebody with access looks at the change, then plans it from a branch of the repository, or with `kubestair plan`."
		}
	];
}
function heading$4(plan, { versionAt }) {
	const place = code(formatLocation(versionAt));
	const way = plan.path.length === 0 ? `The version stays ${code(wantedText(plan.to))}, asked for in ${place}.` : `Path: ${[...plan.from === void 0 ? [] : [plan.from], ...plan.path].map(wantedText).map(code).join(" → ")}, asked for in ${place}.`;
	return [
		`## ❔ ${code(plan.cluster)}: not checked against the cluster`,
		"> [!WARNING]\n> This plan was made from the files of the pull request alone, as for every one from a fork. **No cluster was asked, and nobody may approve it.**",
		way
	].join("\n\n");
}
function notChecked(plan) {
	return `### Not checked\n\n${plan.notChecked.map((line) => `- ${md(line)}`).join("\n")}`;
}
function settings(plan) {
	if (plan.settings.length === 0) return "";
	return `### The file changes more than the version\n\n${plan.settings.map((path) => `- ${code(path)}`).join("\n")}`;
}
// src/report/plan-facts.ts
/** What a reader of a plan wants to know first, out of the plan alone. */
/** How many findings of each kind there are; what was accepted counts as nothing else. */
function countBySeverity(findings) {
	const counts = {
		blocking: 0,
		unknown: 0,
		warning: 0,
		info: 0,
		accepted: 0
	};
	for (const { severity, accepted } of findings) counts[accepted === void 0 ? severity : "accepted"] += 1;
	return counts;
}
/** `2 blocking, 1 unknown`; empty where nothing is in the way. */
function inTheWayText(findings) {
	const counts = countBySeverity(findings);
	return ["blocking", "unknown"].filter((severity) => counts[severity] > 0).map((severity) => `${counts[severity]} ${severity}`).join(", ");
}
/** Workloads that the plan's drains take pods from, those with most pods first. A pod without controller stands for itself. */
function disruptedWorkloads({ forecast }) {
	const pods = /* @__PURE__ */ new Map();
	for (const { pod, controller } of forecast.evictions) {
		const workload = workloadOf$1(pod, controller);
		pods.set(workload, (pods.get(workload) ?? 0) + 1);
	}
	return [...pods].map(([workload, number]) => ({
		workload,
		pods: number
	})).toSorted((a, b) => b.pods - a.pods || (a.workload < b.workload ? -1 : 1));
}
/** `7 workloads, 12 pods`, or that nobody is. */
function disruptionText(plan) {
	const workloads = disruptedWorkloads(plan);
	if (workloads.length === 0) return "no pods";
	return `${count$1(workloads.length, "workload")}, ${count$1(plan.forecast.evictions.length, "pod")}`;
}
/** For how long a plan takes each node's capacity away, from its drain until it takes pods again; in the order of the drains. */
function absences({ steps }) {
	const away = /* @__PURE__ */ new Map();
	for (const { node, steps: own } of stepGroups(steps)) {
		if (node === void 0) continue;
		for (const { expectedSeconds } of awaySteps(own)) away.set(node, (away.get(node) ?? 0) + expectedSeconds);
	}
	return [...away].map(([node, seconds]) => ({
		node,
		seconds
	}));
}
/** Those steps of one node during which it takes no pods: from its drain up to its uncordon. */
function awaySteps(steps) {
	const from = steps.findIndex(({ kind }) => kind === "drain");
	const to = steps.findLastIndex(({ kind }) => kind === "uncordon");
	return from < 0 ? [] : steps.slice(from, to < from ? steps.length : to + 1);
}
/** `about 6m 01s, each node away for about 2m 30s`. */
function timeText(plan) {
	const total = `about ${formatSeconds(plan.forecast.expectedSeconds)}`;
	const longest = Math.max(0, ...absences(plan).map(({ seconds }) => seconds));
	const times = plan.hops.length > 1 ? " in all" : "";
	return longest === 0 ? total : `${total}; a node is away for about ${formatSeconds(longest)}${times}`;
}
/** Nodes that a plan changes, in its order. */
function changedNodes({ steps }) {
	return [...new Set(steps.flatMap(({ node }) => node === void 0 ? [] : [node]))];
}
/** Steps by node, hop by hop, in the order of each one's first; those of the whole cluster have no node. */
function stepGroups(steps) {
	const groups = [];
	const ofNode = /* @__PURE__ */ new Map();
	for (const step of steps) {
		const key = `${step.hop.to} ${step.node}`;
		const last = groups.at(-1);
		const own = step.node === void 0 ? last?.node === void 0 ? last : void 0 : ofNode.get(key);
		if (own !== void 0 && own.to === step.hop.to) {
			own.steps.push(step);
			continue;
		}
		const group = {
			to: step.hop.to,
			node: step.node,
			steps: [step]
		};
		groups.push(group);
		if (step.node !== void 0) ofNode.set(key, group);
	}
	return groups;
}
function workloadOf$1(pod, controller) {
	const [namespace = ""] = pod.split("/");
	const [kind = "", name = ""] = controller.split("/");
	if (name === "") return `Pod/${pod}`;
	const deployment = kind === "ReplicaSet" ? /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}$/.exec(name)?.[1] : void 0;
	return deployment === void 0 ? `${kind}/${namespace}/${name}` : `Deployment/${namespace}/${deployment}`;
}
/** What taking workers through several hops at once saves; empty where it saves nothing. */
function drainsText({ planned, saved }) {
	if (saved <= 0) return "";
	return `${count$1(planned, "drain")} instead of ${planned + saved}: workers skip hops where the version skew policy lets them`;
}
// src/plan/blocking.ts
const ORDER = {
	blocking: 0,
	unknown: 1,
	warning: 2,
	info: 4
};
/** Whether an upgrade may not begin for it: what is not known counts as what is wrong, unless it was accepted by name. */
function isBlocking({ severity, accepted }) {
	return accepted === void 0 && (severity === "blocking" || severity === "unknown");
}
/** Worst first; what was accepted stands between warnings and what only informs. */
function bySeverity(a, b) {
	return rankOf(a) - rankOf(b);
}
function rankOf({ severity, accepted }) {
	return accepted === void 0 ? ORDER[severity] : 3;
}
// src/report/accepted.ts
/** Why a finding may stay, and how long. */
function acceptedBecause({ reason, until }) {
	return `Accepted until ${until}: ${reason}`;
}
// src/report/markdown/findings.ts
/** Rows that are left of a table that has to be shortened. */
const shortRows = 25;
/** What checks found: what is in the way in the open, the rest below it, what was accepted folded. */
function findingSections(found) {
	const open = found.filter(({ accepted }) => accepted === void 0);
	const inTheWay = open.filter(isBlocking).toSorted(bySeverity);
	const warnings = open.filter(({ severity }) => severity === "warning");
	const infos = open.filter(({ severity }) => severity === "info");
	const accepted = found.filter((finding) => finding.accepted !== void 0);
	return [
		shortenable("what is in the way", "always", inTheWay, (rows) => headed("In the way", inTheWay, rows)),
		shortenable("warnings", KEEP$1.findings, warnings, (rows) => headed("Good to know", warnings, rows)),
		shortenable("what was accepted", KEEP$1.accepted, accepted, (rows) => details(`${accepted.length} accepted`, withRest(accepted, rows))),
		shortenable("notes", KEEP$1.accepted, infos, (rows) => details(count$1(infos.length, "note"), withRest(infos, rows)))
	];
}
function shortenable(name, keep, found, render) {
	return {
		name,
		keep,
		text: found.length === 0 ? "" : render(found),
		...found.length > shortRows && { short: render(found.slice(0, shortRows)) }
	};
}
function headed(heading, all, rows) {
	return `### ${heading}\n\n${withRest(all, rows)}`;
}
function withRest(all, rows) {
	const rest = all.length - rows.length;
	return `${findingTable(rows)}${rest === 0 ? "" : `\n\nAnd ${count$1(rest, "more", "more")}.`}`;
}
function findingTable(found) {
	return table([
		"",
		"What",
		"Why",
		"What to do"
	], found.map((finding) => [
		finding.accepted === void 0 ? signs[finding.severity] : "🤝&nbsp;accepted",
		`${code(finding.object)}<br><sub>${md(finding.check)}</sub>`,
		[md(finding.message), placeOf$1(finding)].filter((part) => part !== "").join("<br>"),
		md(finding.accepted === void 0 ? finding.remedy : acceptedBecause(finding.accepted))
	]));
}
function placeOf$1({ location }) {
	return location === void 0 ? "" : `in ${code(formatLocation(location))}`;
}
const signs = {
	blocking: "🛑&nbsp;blocking",
	unknown: "❔&nbsp;unknown",
	warning: "⚠️&nbsp;warning",
	info: "ℹ️&nbsp;note"
};
// src/plan/units.ts
/** Units in the order of the steps: those that follow each other and name the same batch, and each step by itself that names none. */
function unitsOf(steps) {
	const runs = [];
	for (const step of steps) {
		const last = runs.at(-1);
		if (last !== void 0 && step.batch !== void 0 && last[0]?.batch === step.batch) last.push(step);
		else runs.push([step]);
	}
	return runs.map((run) => {
		const placed = Map.groupBy(run, ({ node }) => node);
		const { [0]: first } = run;
		if (first?.batch === void 0) return {
			lanes: [run],
			after: []
		};
		return {
			lanes: [...placed].flatMap(([node, lane]) => node === void 0 ? [] : [lane]),
			after: placed.get(void 0) ?? []
		};
	});
}
/** Seconds from the beginning at which each step is expected to start, in the order of the steps. @param atOnce lanes side by side */
function startsOf(steps, atOnce) {
	const starts = /* @__PURE__ */ new Map();
	let from = 0;
	for (const unit of unitsOf(steps)) from = placeUnit(unit, from, atOnce, starts);
	return starts;
}
/** Seconds that steps are expected to take. @param atOnce lanes side by side */
function secondsOf(steps, atOnce) {
	let from = 0;
	for (const unit of unitsOf(steps)) from = placeUnit(unit, from, atOnce, /* @__PURE__ */ new Map());
	return from;
}
/** @returns when the unit ends */
function placeUnit({ lanes, after }, from, atOnce, starts) {
	const free = Array.from({ length: Math.max(1, Math.min(atOnce, lanes.length)) }, () => from);
	for (const lane of lanes) {
		const slot = free.indexOf(Math.min(...free));
		free[slot] = placeInRow(lane, free[slot] ?? from, starts);
	}
	return placeInRow(after, Math.max(from, ...free), starts);
}
function placeInRow(steps, from, starts) {
	let at = from;
	for (const step of steps) {
		starts.set(step, at);
		at += step.expectedSeconds;
	}
	return at;
}
// src/report/markdown/gantt.ts
/** More bars than this cannot be read. */
const mostBars$1 = 80;
/**
* The run as a Mermaid Gantt chart, one section a node, in UTC; empty where nothing was started or the bars are too many
* to be read. Syntax: https://mermaid.js.org/syntax/gantt.html
*/
function gantt(records) {
	const bars = records.filter((record) => record.startedAt !== void 0 && record.finishedAt !== void 0);
	if (bars.length === 0 || bars.length > mostBars$1) return "";
	const lines = [
		"gantt",
		"  dateFormat YYYY-MM-DDTHH:mm:ss",
		"  axisFormat %H:%M:%S"
	];
	for (const [name, own] of Map.groupBy(bars, ({ step }) => step.node ?? "cluster")) lines.push(`  section ${label(name)}`, ...own.map((record) => `  ${bar(record)}`));
	return block("mermaid", lines);
}
function bar({ step, state, startedAt = "", finishedAt = "" }) {
	const seconds = Math.max(1, Math.round(secondsBetween(startedAt, finishedAt)));
	const mark = state === "failed" ? "crit, " : state === "interrupted" ? "active, " : "done, ";
	const start = new Date(startedAt).toISOString().slice(0, 19);
	return `${step.kind} ${label(step.node ?? step.hop?.to ?? "cluster")} :${mark}${start}, ${seconds}s`;
}
function label(text) {
	return text.replace(/[^\w.\- ]/g, "_");
}
// src/report/markdown/plan-gantt.ts
/** More bars than this cannot be read. */
const mostBars = 60;
/**
* The rollout that a plan expects as a Mermaid Gantt chart that begins at zero, a section a node: what happens while the node
* works, and, marked, while it takes no pods. Where that is too much to be read, a bar is a whole node, and at last all nodes
* of a hop. Syntax: https://mermaid.js.org/syntax/gantt.html
* @param atOnce hosts that are worked on side by side
*/
function planGantt(steps, atOnce) {
	const starts = startsOf(steps, atOnce);
	const groups = stepGroups(steps);
	const bars = [
		groups.flatMap((group) => barsOfSteps(group, starts)),
		groups.map((group) => barOfNode(group, starts)),
		barsOfHops(groups, starts)
	].find((each) => each.length <= mostBars);
	if (bars === void 0 || bars.length === 0) return "";
	const lines = [
		"gantt",
		"  dateFormat YYYY-MM-DDTHH:mm:ss",
		"  axisFormat %H:%M"
	];
	let section;
	for (const bar of bars) {
		if (bar.section !== section) lines.push(`  section ${label(bar.section)}`);
		section = bar.section;
		lines.push(`  ${label(bar.name)} :${bar.away ? "crit, " : ""}${timeOf(bar.from)}, ${seconds(bar.seconds)}s`);
	}
	return block("mermaid", lines);
}
/** The time in which a node is away is one bar. */
function barsOfSteps({ to, node, steps }, starts) {
	const section = node ?? to;
	const away = awaySteps(steps);
	const [first] = away;
	return steps.flatMap((step) => {
		if (step === first) return [{
			section,
			name: "away",
			...spanOf(away, starts),
			away: true
		}];
		if (away.includes(step)) return [];
		return [{
			section,
			name: nameOf$4(step),
			...spanOf([step], starts),
			away: false
		}];
	});
}
function barOfNode({ to, node, steps }, starts) {
	const away = awaySteps(steps);
	const shown = away.length > 0 ? away : steps;
	return {
		section: to,
		name: node ?? "cluster",
		...spanOf(shown, starts),
		away: away.length > 0
	};
}
function barsOfHops(groups, starts) {
	return [...Map.groupBy(groups, ({ to }) => to)].map(([to, own]) => {
		const nodes = new Set(own.flatMap(({ node }) => node === void 0 ? [] : [node]));
		const span = spanOf(own.flatMap(({ steps }) => steps), starts);
		return {
			section: to,
			name: `${nodes.size} nodes`,
			...span,
			away: false
		};
	});
}
/** From the first of some steps to the end of the last. */
function spanOf(steps, starts) {
	const begins = steps.map((step) => starts.get(step) ?? 0);
	const ends = steps.map((step) => (starts.get(step) ?? 0) + step.expectedSeconds);
	const from = begins.reduce((a, b) => Math.min(a, b), begins[0] ?? 0);
	return {
		from,
		seconds: ends.reduce((a, b) => Math.max(a, b), from) - from
	};
}
function seconds(expected) {
	return Math.max(1, Math.round(expected));
}
function timeOf(second) {
	return (/* @__PURE__ */ new Date(second * 1e3)).toISOString().slice(0, 19);
}
function nameOf$4({ kind }) {
	return kind === "stage" ? "packages and images" : kind.replaceAll("-", " ");
}
// src/report/markdown/plan.ts
/** Workloads that the first screen names. */
const mostNamed = 5;
/** A plan for a reviewer: what will happen, how long, what could go wrong; then each in detail; then how to approve it. */
function planSections(plan, source) {
	const working = plan.verdict !== "nothing-to-do";
	return [
		{
			name: "heading",
			keep: "always",
			text: heading$3(plan, source)
		},
		...findingSections(plan.findings),
		{
			name: "timeline",
			keep: KEEP$1.timeline,
			text: working ? rolloutChart(plan) : ""
		},
		{
			name: "steps",
			keep: KEEP$1.steps,
			text: working ? steps$2(plan) : ""
		},
		{
			name: "evictions",
			keep: KEEP$1.evictions,
			text: working ? evictions$1(plan) : ""
		},
		{
			name: "next",
			keep: "always",
			text: next(plan, source)
		},
		{
			name: "what runs then",
			keep: KEEP$1.afterMerge,
			text: plan.verdict === "ready" ? whatRuns(plan) : ""
		}
	];
}
function heading$3(plan, source) {
	const title = `## ${titleOf(plan)}`;
	const place = code(formatLocation(source.versionAt));
	if (plan.verdict === "nothing-to-do") return `${title}\n\n${observedText(source)}Asked for in ${place}.`;
	const inTheWay = inTheWayText(plan.findings);
	const counts = countBySeverity(plan.findings);
	const rows = [
		["**What will happen**", `${pathOf$1(plan)}, ${count$1(changedNodes(plan).length, "node")}, asked for in ${place}`],
		["**How long**", [timeText(plan), drainsText(plan.drains)].filter((part) => part !== "").join("; ")],
		["**Who is disrupted**", disrupted(plan)],
		["**What could go wrong**", [
			inTheWay === "" ? "nothing is in the way" : `🛑 **in the way: ${inTheWay}**`,
			counts.warning === 0 ? "" : `⚠️ ${count$1(counts.warning, "warning")}`,
			counts.accepted === 0 ? "" : `🤝 ${counts.accepted} accepted`
		].filter((part) => part !== "").join(", ")]
	];
	return `${title}\n\n${observedText(source)}${table(["", ""], rows)}`;
}
function observedText({ observed }) {
	if (observed === void 0) return "";
	const when = formatTime(observed.savedAt);
	return `> [!NOTE]\n> Made from ${code(observed.file)}, what the cluster looked like at ${when}, and not from the cluster as it is now.\n\n`;
}
function titleOf(plan) {
	const way = `from ${md(plan.current)} to ${plan.target}`;
	switch (plan.verdict) {
		case "ready": return `✅ ${code(plan.cluster)} can go ${way}`;
		case "blocked": return `🛑 ${code(plan.cluster)} cannot go ${way} yet`;
		case "nothing-to-do": return `✅ Nothing to do: ${code(plan.cluster)} is at ${plan.target}`;
	}
}
function pathOf$1(plan) {
	return [plan.current, ...plan.hops.map((hop) => hop.to)].map(code).join(" → ");
}
function disrupted(plan) {
	const workloads = disruptedWorkloads(plan);
	const named = workloads.slice(0, mostNamed).map(({ workload }) => code(workload));
	const rest = workloads.length - named.length;
	const names = [...named, ...rest > 0 ? [`${count$1(rest, "more", "more")}`] : []].join(", ");
	return names === "" ? disruptionText(plan) : `${disruptionText(plan)}: ${names}`;
}
function rolloutChart(plan) {
	const chart = planGantt(plan.steps, plan.atOnce);
	return chart === "" ? "" : `### Rollout\n\n${chart}`;
}
function steps$2(plan) {
	const groups = stepGroups(plan.steps).map(({ to, node, steps: own }) => {
		const seconds = own.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0);
		return [
			to,
			node === void 0 ? "_cluster_" : code(node),
			own.map((step) => stepText(step)).join("<br>"),
			formatSeconds(seconds)
		];
	});
	return details(`Steps, node by node: ${plan.steps.length}`, table([
		"To",
		"Node",
		"Steps",
		"About"
	], groups));
}
function stepText({ does }) {
	return md(does);
}
function evictions$1(plan) {
	const evicted = plan.forecast.evictions;
	if (evicted.length === 0) return "";
	const body = table([
		"Node",
		"Pod",
		"Controller",
		"Budgets"
	], evicted.map(({ node, pod, controller, budgets }) => [
		code(node),
		code(pod),
		code(controller),
		budgets.map(code).join(", ")
	]));
	return details(`Evictions, as it looks now: ${count$1(evicted.length, "pod")}`, body);
}
function next(plan, source) {
	switch (plan.verdict) {
		case "nothing-to-do": return "";
		case "blocked": return "**Nothing has been changed.** Settle what is in the way, then run this job again.";
		case "ready": return [
			"### To approve",
			`**Nothing has been changed yet.** This plan's hash is ${code(plan.hash)}. With it, ${code("upgrade")} carries out exactly this plan; if the cluster, the file or Kubestair made another one of it, it stops before the first change:`,
			block("sh", [commandLine("upgrade", source.file, plan.hash)])
		].join("\n\n");
	}
}
/** What `upgrade` does, in the words of the README's promises. */
function whatRuns(plan) {
	return details("What runs then", [
		"The lock of the cluster is taken, and the cluster is looked at again: another plan ends the run.",
		"Every resource, etcd and the files of the control-plane hosts are backed up and read back. If that fails, no node is touched.",
		`${plan.hops.map(({ from, to }) => `${code(from)} → ${code(to)}`).join(", then ")}: control planes one after another, then workers. Each begins only once the one before is healthy.`,
		"Any stop leaves a cluster that the same command goes on with, and the summary says how to go back."
	].map((line, index) => `${index + 1}. ${line}`).join("\n"));
}
// src/report/markdown/problem.ts
/** What went wrong, where, and what to do next. */
function problemText$1({ code: reason, message, object, location, next }) {
	const [first = "", ...excerpt] = message.split("\n");
	const lines = [`**${code(reason)}** ${md(first)}`];
	if (location !== void 0) lines.push(`In ${code(formatLocation(location))}.`);
	if (excerpt.length > 0) lines.push(block("text", excerpt));
	if (object !== void 0 && !message.includes(object)) lines.push(`It is about ${code(object)}.`);
	if (next !== void 0) lines.push(`**Next:** ${md(next)}`);
	return lines.join("\n\n");
}
// src/report/resources-facts.ts
/** The result in one line. */
function resourcesHeadline({ restored, outcome, backup }) {
	const sum = (of) => restored.kinds.reduce((total, one) => total + of(one), 0);
	const created = count$1(sum((one) => one.created), "object");
	const updated = sum((one) => one.updated);
	const facts = [
		`${created} ${restored.dryRun ? "to create" : "created"}`,
		...updated > 0 ? [`${updated} ${restored.dryRun ? "to change" : "changed"}`] : [],
		`${sum((one) => one.unchanged)} equal`,
		...restored.kept.length > 0 ? [`${restored.kept.length} differ and are left as they are`] : [],
		...restored.refused.length > 0 ? [`${restored.refused.length} cannot be restored`] : []
	].join(", ");
	const state = outcome.state === "nothing-to-do" ? "nothing to restore: " : "";
	return `${backup.manifest.id} of ${backup.manifest.cluster.name}: ${state}${facts}`;
}
const RESOURCE_COLUMNS = [
	"Kind",
	"Create",
	"Change",
	"Equal",
	"Left",
	"Made by others",
	"Refused"
];
function resourceRows({ restored }) {
	return restored.kinds.map(({ kind, created, updated, unchanged, kept, skipped, refused }) => [kind, ...[
		created,
		updated,
		unchanged,
		kept,
		skipped,
		refused
	].map((number) => number === 0 ? "-" : String(number))]);
}
/** What a reader must not overlook. */
function resourcesWarnings({ restored }) {
	const claims = restored.kinds.find(({ kind }) => kind === "persistentvolumeclaims");
	return [...restored.untried > 0 ? [`${count$1(restored.untried, "object")} could not be tried, since a namespace or a kind has to be created first.`] : [], ...claims !== void 0 && claims.created > 0 ? ["Volumes keep what they hold now: a backup has their claims, never their contents."] : []];
}
// src/report/markdown/resources.ts
/** The order in which detail is dropped, first one first. */
const KEEP = {
	leftOut: 1,
	changed: 2,
	kept: 3,
	kinds: 4,
	refused: 5
};
function resourcesSections(result) {
	const { restored, outcome } = result;
	const heading = outcome.problem === void 0 ? restored.dryRun ? "🔎 Would restore" : "✅ Restored" : "❌ Restore";
	const rows = resourceRows(result).map(([kind = "", ...counts]) => [code(kind), ...counts]);
	const kept = restored.kept.map((object) => ({
		object,
		note: ""
	}));
	const leftOut = restored.leftOut.map(({ kind, objects, reason }) => ({
		object: `${kind} (${objects})`,
		note: reason
	}));
	return [
		{
			name: "heading",
			keep: "always",
			text: `## ${heading} ${md(resourcesHeadline(result))}`
		},
		{
			name: "problem",
			keep: "always",
			text: outcome.problem === void 0 ? "" : problemText$1(outcome.problem)
		},
		{
			name: "warnings",
			keep: "always",
			text: resourcesWarnings(result).map((line) => `> ⚠️ ${md(line)}`).join("\n>\n")
		},
		{
			name: "kinds",
			keep: KEEP.kinds,
			text: rows.length === 0 ? "" : table(RESOURCE_COLUMNS, rows)
		},
		{
			name: "objects that cannot be restored",
			keep: KEEP.refused,
			text: list$2("Cannot be restored", restored.refused)
		},
		{
			name: "objects that were left",
			keep: KEEP.kept,
			text: list$2("There, different, and left as they are", kept)
		},
		{
			name: "changed objects",
			keep: KEEP.changed,
			text: list$2("Changed on the way", restored.changed)
		},
		{
			name: "objects made by others",
			keep: KEEP.leftOut,
			text: list$2("Need not be restored", restored.skipped)
		},
		{
			name: "kinds left out",
			keep: KEEP.leftOut,
			text: list$2("Kinds that are never restored", leftOut)
		}
	];
}
function list$2(title, notes) {
	if (notes.length === 0) return "";
	const rows = notes.map(({ object, note }) => [code(object), md(note)]);
	return details(`${title} (${notes.length})`, table(["Object", ""], rows));
}
// src/report/progress.ts
function progressOf(records) {
	return {
		done: records.filter((record) => record.state === "done"),
		doneBefore: records.filter((record) => record.state === "was-done"),
		stopped: records.filter((record) => record.state === "failed" || record.state === "interrupted"),
		open: records.filter((record) => record.state === "not-started")
	};
}
/** Whether a run did anything to a node. */
function touchedNodes(records) {
	return records.some((record) => record.step.kind !== "backup" && record.startedAt !== void 0);
}
// src/report/restore-command.ts
/** The command line that goes on with a restore. */
function restoreCommand({ command, file, restore }) {
	return `${commandLine(command, file)} --from ${restore.backupId} --confirm ${restore.cluster}`;
}
// src/restore/etcd/compare.ts
const EXAMPLES = 3;
/** Kinds that kubelets and controllers write without anybody asking. */
const RESTLESS = /* @__PURE__ */ new Set([
	"events",
	"events.events.k8s.io",
	"leases.coordination.k8s.io",
	"nodes",
	"pods",
	"endpoints",
	"endpointslices.discovery.k8s.io",
	"csinodes.storage.k8s.io",
	"componentstatuses"
]);
/** Judges what a restore would lose. */
const sinceBackup = (backedUp, live) => {
	if (backedUp === void 0) return "created";
	if (live === void 0) return "deleted";
	return isSame$2(backedUp, live) ? "same" : "changed";
};
/**
* Judges what a restore brought back. A resource version is a revision of etcd, so it tells when an object was written.
* @param exportedAt resource version of the export
* @param writtenAfter resource versions above it were written after the restore
*/
function afterRestore(exportedAt, writtenAfter) {
	return (backedUp, live) => {
		if (live === void 0) return "gone";
		if (backedUp !== void 0 && isSame$2(backedUp, live)) return "same";
		if (isAbove(live.resourceVersion, writtenAfter)) return "written-since";
		return isAbove(live.resourceVersion, exportedAt) ? "of-the-snapshot" : "unexplained";
	};
}
/** Compares the objects of one kind; keys are `namespace/name`, or `name` alone. */
function compareKind(resource, backedUp, live, judge) {
	let same = 0;
	const found = /* @__PURE__ */ new Map();
	for (const key of /* @__PURE__ */ new Set([...backedUp.keys(), ...live.keys()])) {
		const standing = judge(backedUp.get(key), live.get(key));
		if (standing === "same") {
			same += 1;
			continue;
		}
		const keys = found.get(standing);
		if (keys === void 0) found.set(standing, [key]);
		else keys.push(key);
	}
	const differences = [...found].map(([standing, keys]) => ({
		standing,
		count: keys.length,
		examples: keys.toSorted().slice(0, EXAMPLES)
	}));
	return {
		resource,
		restless: RESTLESS.has(resource),
		same,
		differences
	};
}
/** How many objects of all kinds stand so. */
function countOf({ kinds }, standing) {
	return kinds.map(({ same, differences }) => standing === "same" ? same : differences.find((difference) => difference.standing === standing)?.count ?? 0).reduce((sum, count) => sum + count, 0);
}
function isSame$2(a, b) {
	return a.uid === b.uid && a.resourceVersion === b.resourceVersion;
}
function isAbove(resourceVersion, other) {
	return /^[0-9]+$/.test(resourceVersion) && BigInt(resourceVersion) > BigInt(other);
}
// src/report/restore-facts.ts
/** For people: how objects stand, to follow a number. */
const WORDS$1 = {
	created: "created since",
	changed: "changed since",
	deleted: "deleted since",
	"written-since": "written since the restore",
	"of-the-snapshot": "written between export and snapshot",
	gone: "deleted between export and snapshot, or since the restore",
	unexplained: "neither as the export nor as the snapshot can have them"
};
/** Kinds with differences: what people made first, what changes by itself last. */
function differing({ kinds }) {
	return kinds.filter(({ differences }) => differences.length > 0).toSorted((a, b) => Number(a.restless) - Number(b.restless) || (a.resource < b.resource ? -1 : 1));
}
/** One line on a kind: `2 created since (default/a, default/b), 1 changed since (default/c)`. */
function differenceText({ differences }) {
	return differences.map(({ standing, count: found, examples }) => {
		const more = found > examples.length ? ", …" : "";
		return `${found} ${WORDS$1[standing]} (${examples.join(", ")}${more})`;
	}).join("; ");
}
/** What a restore would take away, in one sentence. */
function lossText(plan, takenAt) {
	if (!plan.losses.known) return `What changed since ${takenAt} cannot be told: ${plan.losses.reason}`;
	const { value } = plan.losses;
	const number = (standing) => countOf(value, standing);
	const ofPeople = value.kinds.filter(({ restless }) => !restless).flatMap(({ differences }) => differences).reduce((sum, each) => sum + each.count, 0);
	const all = number("created") + number("changed") + number("deleted");
	if (all === 0) return `Nothing changed since ${takenAt}.`;
	return `Since ${takenAt} ${count$1(number("created"), "object")} came, ${number("changed")} changed and ${number("deleted")} went; ${all - ofPeople} of them are of kinds that change by themselves. All of that would be lost.`;
}
/** What came back, in one sentence. */
function comparisonText(comparison) {
	const number = (standing) => countOf(comparison, standing);
	const differing = Object.keys(WORDS$1).filter((standing) => number(standing) > 0).map((standing) => `${number(standing)} ${WORDS$1[standing]}`);
	const same = `${count$1(number("same"), "object")} of ${count$1(comparison.kinds.length, "kind")} came back exactly as the export has them`;
	return differing.length === 0 ? `${same}.` : `${same}; ${differing.join("; ")}.`;
}
/** Where the old data is, a line a host. */
function keptLines({ kept }) {
	return kept.map(({ node, path }) => `${node}: ${path}`);
}
/** Whether anything was stopped or swapped. */
function touchedCluster({ records }) {
	return records.some(({ step, startedAt }) => startedAt !== void 0 && ![
		"upload",
		"stage",
		"prepare"
	].includes(step.kind));
}
/** Volumes are none of a backup's business, and whoever restores must know. */
const VOLUMES = "Volumes are not part of a backup: workloads may find newer data in them than they remember, and jobs that ran since may run again.";
// src/report/markdown/restore.ts
function restoreSections(result) {
	const { outcome, restore: plan, records, dryRun } = result;
	const touched = touchedCluster(result);
	const planned = dryRun || outcome.state === "blocked";
	return [
		{
			name: "heading",
			keep: "always",
			text: heading$2(result)
		},
		{
			name: "problem",
			keep: "always",
			text: outcome.problem === void 0 ? "" : problemText$1(outcome.problem)
		},
		{
			name: "to go on",
			keep: "always",
			text: goOn$3(result)
		},
		...planned ? findingSections(plan.findings) : [],
		{
			name: "what is lost",
			keep: KEEP$1.nodes,
			text: losses(result)
		},
		{
			name: "against the export",
			keep: KEEP$1.nodes,
			text: comparison$1(result)
		},
		{
			name: "what is kept",
			keep: "always",
			text: touched ? kept(result) : ""
		},
		{
			name: "steps",
			keep: KEEP$1.steps,
			text: planned ? steps$1(result) : openSteps$3(result)
		},
		{
			name: "commands",
			keep: KEEP$1.journal,
			text: dryRun ? commands$1(result) : ""
		},
		{
			name: "timeline",
			keep: KEEP$1.timeline,
			text: timeline$1(records)
		},
		...planned ? [] : findingSections(plan.findings)
	];
}
function heading$2(result) {
	const { restore: plan, backup, startedAt, finishedAt, runId } = result;
	const took = formatSeconds(secondsBetween(startedAt, finishedAt));
	return `## ${title$1(result)}\n\nBackup ${code(plan.backupId)} of ${formatTime(backup.manifest.startedAt)}, ${plan.to}. Began ${formatTime(startedAt)}, took ${took}. Run ${code(runId)}.`;
}
function title$1(result) {
	const cluster = code(result.restore.cluster);
	const where = touchedCluster(result) ? `${cluster} is in the middle of a restore` : `nothing of ${cluster} was changed`;
	if (result.dryRun) return `What a restore of ${cluster} would do`;
	switch (result.outcome.state) {
		case "changed":
		case "ready":
		case "nothing-to-do": return `✅ ${cluster} is back at its backup`;
		case "blocked": return `🛑 Blocked: ${where}`;
		case "failed": return `❌ Failed: ${where}`;
		case "interrupted": return `⏸️ Interrupted: ${where}`;
	}
}
function goOn$3(result) {
	if (result.outcome.state !== "failed" && result.outcome.state !== "interrupted") return "";
	return `To go on, run the workflow again, or:\n\n${block("sh", [restoreCommand(result)])}`;
}
function losses({ restore: plan, backup, dryRun, outcome }) {
	const taken = formatTime(backup.manifest.startedAt);
	const title = dryRun || outcome.state === "blocked" ? "What would be lost" : "What was lost";
	const rows = plan.losses.known ? differing(plan.losses.value).map((kind) => [code(kind.resource), md(differenceText(kind))]) : [];
	const by = rows.length === 0 ? "" : `\n\n${details("By kind", table(["Kind", "Since the backup"], rows))}`;
	return `### ${title}\n\n${md(lossText(plan, taken))} ${VOLUMES}${by}`;
}
function comparison$1({ comparison: found }) {
	if (found === void 0) return "";
	const rows = differing(found).map((kind) => [code(kind.resource), md(differenceText(kind))]);
	const skipped = found.skipped.map(({ resource, reason }) => [code(resource), md(`not compared: ${reason}`)]);
	const all = [...rows, ...skipped];
	const by = all.length === 0 ? "" : `\n\n${details("By kind", table(["Kind", "Against the export"], all))}`;
	return `### Against the export\n\n${md(comparisonText(found))}${by}`;
}
function kept({ restore: plan }) {
	return `### Kept\n\nThe data of etcd that was replaced; remove it once nobody needs it any more.\n\n${block("text", keptLines(plan))}`;
}
function steps$1({ restore: plan }) {
	const rows = plan.steps.map(({ node, does }, index) => [
		String(index + 1),
		node === void 0 ? "" : code(node),
		md(does)
	]);
	return details(count$1(plan.steps.length, "step"), table([
		"",
		"Host",
		""
	], rows));
}
function openSteps$3({ records }) {
	const { stopped, open } = progressOf(records);
	const rows = [...stopped, ...open].map(({ step, state, error = "" }) => [
		code(step.id),
		state.replace("-", " "),
		md(error)
	]);
	return rows.length === 0 ? "" : `### Not done\n\n${table([
		"Step",
		"State",
		""
	], rows)}`;
}
function commands$1({ restore: plan }) {
	const scripts = plan.steps.flatMap(({ node, nodes, does, script, feed }, index) => {
		if (script === void 0) return [];
		const from = feed === void 0 ? [] : [`# standard input: ${feed.path} of the backup, unsealed by Kubestair`];
		return [
			`# ${index + 1}. ${node ?? (nodes ?? []).join(", ")}: ${does}`,
			...from,
			script,
			""
		];
	});
	return details("Every command", block("sh", [
		"# These functions stand before every script.",
		plan.functions,
		...scripts
	]));
}
function timeline$1(records) {
	const chart = gantt(records);
	return chart === "" ? "" : details("Timeline (UTC)", chart);
}
// src/report/status-facts.ts
/** As kubectl writes it, and who cordoned the node where that is known. */
function nodeState(node) {
	const ready = node.ready ? "Ready" : "NotReady";
	if (!node.unschedulable) return ready;
	return `${ready},SchedulingDisabled${node.cordonedBy === void 0 ? "" : ` (cordoned by run ${node.cordonedBy})`}`;
}
function lockText(status) {
	if (status.lock === void 0) return "free";
	const { holder, who, renewedAt, stale } = status.lock;
	const by = `run ${holder}${who === void 0 ? "" : ` of ${who}`}`;
	return `${stale ? "stale, last held" : "held"} by ${by}, renewed ${formatTime(renewedAt)}`;
}
function componentsText(components) {
	const names = Object.entries(components).map(([name, version]) => `${name} ${version}`);
	return names.length === 0 ? "-" : names.join(", ");
}
function backupLine(status) {
	if (status.lastBackup === void 0) return "none";
	const { id, state, finishedAt } = status.lastBackup;
	return `${id} (${state}), ${formatTime(finishedAt)}`;
}
function runLine(status) {
	if (status.lastRun === void 0) return "none";
	const { runId, state, startedAt } = status.lastRun;
	return `${runId} (${state}), begun ${formatTime(startedAt)}`;
}
// src/report/markdown/status.ts
function statusSections(status) {
	const facts = [
		["API server", md(status.apiServerVersion)],
		["Asked for", status.target],
		["Lock", md(lockText(status))],
		["Last backup", md(backupLine(status))],
		["Last run", md(runLine(status))]
	];
	const nodes = status.nodes.map((node) => [
		code(node.name),
		md(node.role),
		md(nodeState(node)),
		md(node.kubelet),
		md(componentsText(node.components))
	]);
	return [
		{
			name: "heading",
			keep: "always",
			text: `## Status of ${code(status.cluster)}\n\n${table(["", ""], facts)}`
		},
		{
			name: "nodes",
			keep: KEEP$1.nodes,
			text: table([
				"Node",
				"Role",
				"State",
				"Kubelet",
				"Components"
			], nodes)
		},
		{
			name: "steps of the last run",
			keep: KEEP$1.journal,
			text: journal(status)
		}
	];
}
function journal(status) {
	const steps = status.lastRun?.steps ?? [];
	if (steps.length === 0) return "";
	return details("Steps of the last run", table([
		"At",
		"Step",
		"Event",
		""
	], steps.map(({ at, step, event, detail }) => [
		formatTime(at),
		code(step),
		md(event),
		md(detail ?? "")
	])));
}
// src/report/node-times.ts
/** One row for each node and hop, in the order of the steps. */
function nodeTimes(records) {
	const groups = /* @__PURE__ */ new Map();
	for (const record of records) {
		if (record.step.node === void 0) continue;
		const key = JSON.stringify([record.step.hop.to, record.step.node]);
		const group = groups.get(key);
		if (group === void 0) groups.set(key, [record]);
		else group.push(record);
	}
	return [...groups.values()].flatMap(timesOf);
}
function timesOf(records) {
	const first = records[0];
	if (first?.step.node === void 0) return [];
	const drain = durationOf(records, ["drain"]);
	const upgrade = durationOf(records, ["control-plane", "kubelet"]);
	const away = absence(records);
	return [{
		node: first.step.node,
		to: first.step.hop.to,
		...drain !== void 0 && { drain },
		...upgrade !== void 0 && { upgrade },
		...away !== void 0 && { away },
		state: stateOf(records)
	}];
}
function durationOf(records, kinds) {
	const durations = records.flatMap(({ step, startedAt, finishedAt }) => {
		if (!kinds.includes(step.kind) || startedAt === void 0 || finishedAt === void 0) return [];
		return [secondsBetween(startedAt, finishedAt)];
	});
	return durations.length === 0 ? void 0 : durations.reduce((sum, seconds) => sum + seconds, 0);
}
function absence(records) {
	const drain = records.find((record) => record.step.kind === "drain" && record.startedAt !== void 0);
	const back = records.find((record) => record.step.kind === "uncordon" && record.state === "done");
	if (drain?.startedAt === void 0 || back?.finishedAt === void 0) return void 0;
	return secondsBetween(drain.startedAt, back.finishedAt);
}
function stateOf(records) {
	if (records.some(({ state }) => state === "failed")) return "failed";
	if (records.some(({ state }) => state === "interrupted")) return "interrupted";
	const states = new Set(records.flatMap(({ step, state }) => step.kind === "stage" ? [] : [state]));
	if (!states.has("not-started")) return states.has("done") ? "upgraded" : "upgraded before";
	return states.has("done") ? "not finished" : "not started";
}
// src/report/markdown/upgrade.ts
function upgradeSections(result) {
	const { plan, source, outcome, backup, records } = result;
	if (outcome.state === "blocked" && plan.verdict === "blocked") return planSections(plan, source);
	const touched = touchedNodes(records);
	const { problem } = outcome;
	return [
		{
			name: "heading",
			keep: "always",
			text: heading$1(result)
		},
		{
			name: "problem",
			keep: "always",
			text: problem === void 0 ? "" : problemText$1(problem)
		},
		{
			name: "to go on",
			keep: "always",
			text: goOn$2(result)
		},
		...touched ? workSections(records) : [],
		...backup === void 0 ? [] : backupSections(backup, touched ? plan.current : void 0),
		...findingSections(plan.findings)
	];
}
function workSections(records) {
	return [
		{
			name: "nodes",
			keep: KEEP$1.nodes,
			text: nodes$1(records)
		},
		{
			name: "steps that are not done",
			keep: KEEP$1.openSteps,
			text: openSteps$2(records)
		},
		{
			name: "waits and retries",
			keep: KEEP$1.waits,
			text: waits$1(records)
		},
		{
			name: "timeline",
			keep: KEEP$1.timeline,
			text: timeline(records)
		}
	];
}
function heading$1(result) {
	const { plan, startedAt, finishedAt, runId } = result;
	const took = formatSeconds(secondsBetween(startedAt, finishedAt));
	const path = [plan.current, ...plan.hops.map((hop) => hop.to)].map(code).join(" → ");
	const facts = result.outcome.state === "nothing-to-do" ? "Nothing was changed." : `Path: ${path}. Began ${formatTime(startedAt)}, took ${took}. Run ${code(runId)}.`;
	return `## ${title(result)}\n\n${facts}`;
}
function title({ plan, outcome, records }) {
	const cluster = code(plan.cluster);
	const where = touchedNodes(records) ? `${cluster} is on its way to ${plan.target}` : `no node of ${cluster} was touched`;
	switch (outcome.state) {
		case "changed": return `✅ ${cluster} is at ${plan.target}`;
		case "nothing-to-do":
		case "ready": return `✅ Nothing to do: ${cluster} is at ${plan.target}`;
		case "blocked": return `🛑 Blocked: ${where}`;
		case "failed": return `❌ Failed: ${where}`;
		case "interrupted": return `⏸️ Interrupted: ${where}`;
	}
}
function goOn$2({ outcome, records, source }) {
	if (outcome.state !== "failed" && outcome.state !== "interrupted") return "";
	const progress = progressOf(records);
	const done = progress.done.length + progress.doneBefore.length;
	return [`${count$1(done, "step")} of ${records.length} ${done === 1 ? "is" : "are"} done. To go on, run the workflow again, or:`, block("sh", [commandLine("upgrade", source.file)])].join("\n\n");
}
function nodes$1(records) {
	const times = nodeTimes(records);
	if (times.length === 0) return "";
	return `### Nodes\n\n${table([
		"Node",
		"To",
		"Drain",
		"Upgrade",
		"Away",
		"State"
	], times.map((row) => [
		code(row.node),
		row.to,
		duration$2(row.drain),
		duration$2(row.upgrade),
		duration$2(row.away),
		row.state
	]))}`;
}
function openSteps$2(records) {
	const { stopped, open } = progressOf(records);
	if (stopped.length === 0 && open.length === 0) return "";
	return `### Not done\n\n${table([
		"Step",
		"State",
		""
	], [...stopped, ...open].map(({ step, state, error, notes }) => [
		code(step.id),
		state.replace("-", " "),
		[error ?? "", ...notes].filter((text) => text !== "").map(md).join("<br>")
	]))}`;
}
function waits$1(records) {
	const { done, doneBefore } = progressOf(records);
	const rows = [...done, ...doneBefore].filter(({ notes }) => notes.length > 0).map(({ step, notes }) => [code(step.id), notes.map(md).join("<br>")]);
	return rows.length === 0 ? "" : details("Waits and retries", table(["Step", ""], rows));
}
function timeline(records) {
	const chart = gantt(records);
	return chart === "" ? "" : details("Timeline (UTC)", chart);
}
function duration$2(seconds) {
	return seconds === void 0 ? "–" : formatSeconds(seconds);
}
// src/report/markdown/markdown.ts
/** GitHub drops a step's summary above 1 MiB. */
const SUMMARY_LIMIT = 1e6;
/** GitHub refuses a comment above 65,536 characters. */
const COMMENT_LIMIT = 65e3;
/** An ending as GitHub Flavored Markdown of at most `limit` bytes; detail is dropped in the order of `KEEP`. */
function markdown(ending, limit) {
	return joinWithin(sectionsOf(cleanData(ending)), limit);
}
function sectionsOf(ending) {
	switch (ending.command) {
		case "plan": return "offline" in ending ? offlineSections(ending.offline, ending.source) : planSections(ending.plan, ending.source);
		case "matrix": return matrixSections(ending.matrix);
		case "backup": return backupResult(ending);
		case "upgrade": return upgradeSections(ending);
		case "status": return statusSections(ending.status);
		case "restore-resources": return resourcesSections(ending);
		case "unlock": return unlockResult(ending);
		case "restore-etcd": return restoreSections(ending);
		case "failure": return failure$1(ending);
	}
}
function backupResult({ backup, outcome }) {
	const cluster = backup === void 0 ? "" : ` of ${code(backup.manifest.cluster.name)}`;
	return [
		{
			name: "heading",
			keep: "always",
			text: `## ${outcome.problem === void 0 ? `✅ Backup${cluster}` : `❌ The backup${cluster} failed`}`
		},
		{
			name: "problem",
			keep: "always",
			text: outcome.problem === void 0 ? "" : problemText$1(outcome.problem)
		},
		...backup === void 0 ? [] : backupSections(backup, void 0)
	];
}
function unlockResult(ending) {
	const { problem } = ending.outcome;
	return [
		{
			name: "heading",
			keep: "always",
			text: `## ${problem === void 0 ? "🔓 The lock is free" : "🛑 The lock was not taken away"}`
		},
		{
			name: "problem",
			keep: "always",
			text: problem === void 0 ? "" : problemText$1(problem)
		},
		{
			name: "places",
			keep: "always",
			text: unlockLines(ending).map((line) => `- ${md(line)}`).join("\n")
		}
	];
}
function failure$1(ending) {
	const what = `kubestair ${commandOf(ending) ?? ""}`.trim();
	return [{
		name: "heading",
		keep: "always",
		text: `## ${headlines[ending.outcome.state]}: ${what}`
	}, {
		name: "problem",
		keep: "always",
		text: problemText$1(ending.outcome.problem)
	}];
}
const headlines = {
	blocked: "🛑 Blocked",
	failed: "❌ Failed",
	interrupted: "⏸️ Interrupted",
	changed: "Changed",
	"nothing-to-do": "Nothing to do",
	ready: "Ready"
};
// src/report/comment.ts
/** More of them tell a reviewer nothing. */
const mostPast = 10;
const marker = /^<!-- kubestair:plan ([A-Za-z0-9_-]+) -->/;
/** What a comment that Kubestair wrote is about; undefined for other comments. */
function subjectOf$1(body) {
	return readState(body)?.subject;
}
/** Whether two comments are about the same cluster. */
function isSameSubject(a, b) {
	if (a.cluster !== void 0 && b.cluster !== void 0) return a.cluster === b.cluster;
	return a.file === b.file;
}
/**
* The text of the comment on a pull request: at most 65,536 characters, with the plans that stood in the comment before, folded.
* @param previous text of the comment as it is
*/
function commentBody(ending, context, previous) {
	const clean = cleanData(ending);
	const before = previous === void 0 ? void 0 : readState(previous);
	const current = pastOf(clean, context);
	const past = pastPlans(before, current);
	return joinWithin([
		{
			name: "marker",
			keep: "always",
			text: writeState({
				subject: context.subject,
				current,
				past
			})
		},
		...sectionsOf(clean),
		{
			name: "origin",
			keep: "always",
			text: origin(current, before?.current, context)
		},
		{
			name: "earlier plans",
			keep: KEEP$1.earlierPlans,
			text: earlierPlans(past)
		}
	], COMMENT_LIMIT);
}
function pastOf(ending, { at, commit }) {
	if (ending.command === "plan" && "offline" in ending) {
		const { verdict, path } = ending.offline;
		return {
			at,
			commit,
			verdict,
			path: path.map(wantedText).join(" → "),
			hash: ""
		};
	}
	if (ending.command !== "plan") return {
		at,
		commit,
		verdict: ending.outcome.problem?.code ?? ending.outcome.state,
		path: "",
		hash: ""
	};
	const { plan } = ending;
	const path = [plan.current, ...plan.hops.map((hop) => hop.to)].join(" → ");
	return {
		at,
		commit,
		verdict: plan.verdict,
		path,
		hash: plan.hash
	};
}
function pastPlans(before, current) {
	if (before === void 0) return [];
	return (before.current.commit === current.commit && before.current.hash === current.hash ? before.past : [before.current, ...before.past]).slice(0, mostPast);
}
function origin(current, before, { runUrl }) {
	return `<sub>${`Made at ${formatTime(current.at)} for commit ${code(short(current.commit))} by [this run](${runUrl}).`}${comparison(current, before)}</sub>`;
}
function comparison(current, before) {
	if (before === void 0 || before.commit === current.commit || before.hash === "" || current.hash === "") return "";
	const commit = code(short(before.commit));
	return current.hash === before.hash ? ` The plan is the same as for commit ${commit}.` : ` The plan is another one than for commit ${commit}.`;
}
function earlierPlans(past) {
	if (past.length === 0) return "";
	const rows = past.map(({ at, commit, verdict, path, hash }) => [
		formatTime(at),
		code(short(commit)),
		md(verdict),
		md(path),
		code(hash.slice(0, 12))
	]);
	return details(`Earlier plans: ${past.length}`, table([
		"When",
		"Commit",
		"Verdict",
		"Path",
		"Hash"
	], rows));
}
function short(commit) {
	return commit.slice(0, 7);
}
function writeState(state) {
	return `<!-- kubestair:plan ${Buffer.from(JSON.stringify(state)).toString("base64url")} -->`;
}
function readState(body) {
	const encoded = marker.exec(body)?.[1];
	if (encoded === void 0) return void 0;
	try {
		const state = JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
		return isState(state) ? state : void 0;
	} catch {
		return;
	}
}
function isState(value) {
	if (!isRecord$4(value) || !isRecord$4(value.subject) || typeof value.subject.file !== "string") return false;
	return isPast$1(value.current) && Array.isArray(value.past) && value.past.every(isPast$1);
}
function isPast$1(value) {
	if (!isRecord$4(value)) return false;
	return [
		"at",
		"commit",
		"verdict",
		"path",
		"hash"
	].every((key) => typeof value[key] === "string");
}
function isRecord$4(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/commands/comment.ts
/** A comment that was added although the answer never came is found by looking again. */
const TRIES$1 = 3;
/**
* Keeps one comment for each cluster of a pull request: adds it once, then updates it in place. Only comments that carry the
* marker and were written with this token's identity count, so that nobody else can have his text taken for a plan.
* @throws KubestairError FORGE_*
*/
async function keepComment(forge, input) {
	const { context, pullRequest, signal } = input;
	const head = await forge.headOf(pullRequest, signal);
	if (head !== context.commit) return {
		state: "skipped",
		reason: `commit ${head.slice(0, 7)} is newer, and its own run comments`
	};
	for (let attempt = 1;; attempt++) try {
		return await writeComment(forge, input);
	} catch (thrown) {
		if (!(thrown instanceof KubestairError && thrown.code === "FORGE_UNREACHABLE") || attempt === TRIES$1) throw thrown;
	}
}
async function writeComment(forge, input) {
	const { ending, context, pullRequest, signal } = input;
	const [first, ...more] = await ownComments(forge, input);
	if (first === void 0) {
		if (ending.outcome.state === "nothing-to-do" && !input.evenIfNothing) return {
			state: "skipped",
			reason: "there is nothing to do"
		};
		const { url } = await forge.addComment(pullRequest, commentBody(ending, context), signal);
		return {
			state: "added",
			url
		};
	}
	const { url } = await forge.editComment(first.id, commentBody(ending, context, first.body), signal);
	for (const { id } of more) await forge.removeComment(id, signal);
	return {
		state: "updated",
		url
	};
}
async function ownComments(forge, { context, pullRequest, signal }) {
	const isOwn = await forge.wroteComments(signal);
	const own = [];
	for await (const comment of forge.comments(pullRequest, signal)) {
		const subject = subjectOf$1(comment.body);
		if (subject !== void 0 && isSameSubject(subject, context.subject) && isOwn(comment)) own.push(comment);
	}
	return own;
}
// src/publish.ts
/**
* Comments on the pull request that a plan was made for. Never fails a run: where it may not comment, it warns, and the plan
* is in the summary.
* @returns the comment's URL, if there is one
*/
async function publish(input) {
	const { ending, file, mode, forge, context, clock, log } = input;
	if (mode === "never" || context?.pullRequest === void 0 || file === void 0) return void 0;
	if (commandOf(ending) !== "plan" || ending.outcome.state === "interrupted") return void 0;
	if (forge === void 0) {
		log.warn("There is no comment on the pull request, since the input github-token is empty. The plan is in the summary.");
		return;
	}
	const { runUrl, pullRequest } = context;
	try {
		const commented = await keepComment(forge, {
			ending,
			context: {
				subject: subjectOf(ending, file),
				commit: pullRequest.head,
				at: clock.now().toISOString(),
				runUrl
			},
			pullRequest: pullRequest.number,
			evenIfNothing: mode === "always"
		});
		log.info(toldOf(commented));
		return commented.state === "skipped" ? void 0 : commented.url;
	} catch (thrown) {
		const { message, next } = asKubestairError(thrown);
		log.warn(`There is no comment on the pull request; the plan is in the summary. ${message}${next === void 0 ? "" : ` Next: ${next}`}`);
		return;
	}
}
function subjectOf(ending, file) {
	if ("plan" in ending) return {
		file,
		cluster: ending.plan.cluster
	};
	return "offline" in ending ? {
		file,
		cluster: ending.offline.cluster
	} : { file };
}
function toldOf(commented) {
	switch (commented.state) {
		case "added": return `Commented on the pull request: ${commented.url}`;
		case "updated": return `Updated the comment on the pull request: ${commented.url}`;
		case "skipped": return `No comment on the pull request: ${commented.reason}.`;
	}
}
// src/report/annotations.ts
/** GitHub shows no more than this many of one level for a step; the rest is in the summary. */
const mostOfLevel = 10;
/** What GitHub shows at the lines of a pull request: the verdict at the version, then findings, worst first. */
function annotationsOf(ending) {
	const { outcome, ...rest } = cleanData(ending);
	const found = "plan" in rest ? rest.plan.findings : "restore" in rest ? rest.restore.findings : [];
	const versionAt = "source" in rest ? rest.source.versionAt : void 0;
	const errors = [...outcome.problem === void 0 ? [] : [ofProblem(outcome.problem, versionAt)], ...found.flatMap((finding) => ofFinding(finding, ["blocking", "unknown"], "error"))];
	const warnings = found.flatMap((finding) => ofFinding(finding, ["warning"], "warning"));
	const notices = rest.command === "plan" && "plan" in rest && outcome.state === "ready" ? [ofPlan(rest.plan, rest.source)] : [];
	return [
		...errors.slice(0, mostOfLevel),
		...warnings.slice(0, mostOfLevel),
		...notices
	];
}
function ofPlan(plan, { versionAt }) {
	const path = [plan.current, ...plan.hops.map(({ to }) => to)].join(" → ");
	return {
		level: "notice",
		title: `${plan.cluster} can go from ${plan.current} to ${plan.target}`,
		message: `${path}, ${timeText(plan)}. Disrupted: ${disruptionText(plan)}. Plan ${plan.hash.slice(0, 12)}.`,
		location: versionAt
	};
}
function ofProblem(problem, versionAt) {
	const location = problem.location ?? versionAt;
	return {
		level: "error",
		title: problem.code,
		message: problem.next === void 0 ? problem.message : `${problem.message}\nNext: ${problem.next}`,
		...location !== void 0 && { location }
	};
}
function ofFinding(finding, severities, level) {
	if (finding.accepted !== void 0 || !severities.includes(finding.severity)) return [];
	const remedy = finding.remedy === "" ? "" : `\nWhat to do: ${finding.remedy}`;
	return [{
		level,
		title: `${finding.check}: ${finding.object}`,
		message: finding.message + remedy,
		...finding.location !== void 0 && { location: finding.location }
	}];
}
// src/report/document.ts
/**
* The whole ending as one JSON document with a line feed at its end. Its form is versioned: within
* `kubestair.dev/result/v1` fields are only added.
*/
function resultDocument(ending, tool) {
	const head = {
		format: "kubestair.dev/result/v1",
		tool,
		command: commandOf(ending) ?? null,
		outcome: ending.outcome,
		exitCode: exitCodeOf(ending)
	};
	const content = ending.command === "failure" ? head : {
		...head,
		...ending
	};
	return `${JSON.stringify(content, null, 2)}\n`;
}
// src/report/outputs.ts
/** The outputs of an Action run by name; those that the command does not have are empty. */
function outputsOf(ending, files) {
	return {
		outcome: ending.outcome.state,
		"exit-code": String(exitCodeOf(ending)),
		reason: ending.outcome.problem?.code ?? "",
		...noDetails,
		...detailsOf(ending),
		"result-file": files.result,
		"summary-file": files.summary
	};
}
const noDetails = {
	verdict: "",
	"plan-hash": "",
	hops: "",
	"current-version": "",
	"target-version": "",
	"run-id": "",
	"disrupted-workloads": "",
	"expected-seconds": "",
	findings: "",
	clusters: "",
	matrix: "",
	waves: "",
	"comment-url": "",
	"backup-id": "",
	"backup-url": ""
};
function detailsOf(ending) {
	switch (ending.command) {
		case "plan": return "offline" in ending ? offlineDetails(ending.offline) : planDetails(ending.plan);
		case "matrix": return matrixDetails(ending.matrix);
		case "backup": return backupDetails(ending.backup);
		case "upgrade": return {
			...planDetails(ending.plan),
			...backupDetails(ending.backup),
			"run-id": ending.runId
		};
		case "status": return statusDetails(ending);
		case "restore-resources": return backupDetails(ending.backup);
		case "restore-etcd": return {
			...backupDetails(ending.backup),
			"run-id": ending.runId
		};
		case "unlock":
		case "failure": return {};
	}
}
function planDetails(plan) {
	return {
		verdict: plan.verdict,
		"plan-hash": plan.hash,
		hops: JSON.stringify(plan.hops.map(({ from, to }) => ({
			from,
			to
		}))),
		"current-version": plan.current,
		"target-version": plan.target,
		"disrupted-workloads": String(disruptedWorkloads(plan).length),
		"expected-seconds": String(Math.round(plan.forecast.expectedSeconds)),
		findings: JSON.stringify(countBySeverity(plan.findings))
	};
}
function offlineDetails({ verdict, from, to }) {
	return {
		verdict,
		"target-version": to,
		...from !== void 0 && { "current-version": from }
	};
}
function matrixDetails({ matrix, waves }) {
	return {
		clusters: String(matrix.include.length),
		matrix: JSON.stringify(matrix),
		waves: JSON.stringify(waves)
	};
}
function backupDetails(backup) {
	if (backup === void 0) return {};
	return {
		"backup-id": backup.manifest.id,
		"backup-url": backupUrl(backup)
	};
}
function statusDetails({ status }) {
	return {
		"current-version": status.apiServerVersion,
		"target-version": status.target
	};
}
// src/report/terminal/paint.ts
const plain = (_style, text) => text;
/** Rows as aligned columns; the last column is not padded. */
function columns(rows, indent = "") {
	const widths = [];
	for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
	return rows.map((row) => {
		return `${indent}${row.map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - width(cell))).join("  ")}`.trimEnd();
	});
}
/** Indents every line of a text. */
function indented(text, indent) {
	return text.split("\n").map((line) => line === "" ? "" : indent + line).join("\n");
}
function width(text) {
	return stripVTControlCharacters(text).length;
}
// src/report/terminal/problem.ts
/**
* An error as compilers write it, for standard error:
* ```
* error[CONFIG_UNKNOWN_KEY]: spec.verson is not known; did you mean version?
*   --> clusters/prod.yaml:7:3
*   next: Rename the key.
* ```
*/
function problemText(problem, paint) {
	const { code, message, object, location, next } = cleanData(problem);
	const [first = "", ...more] = message.split("\n");
	const lines = [`${paint("red", `error[${code}]`)}: ${paint("bold", first)}`];
	if (location !== void 0) lines.push(`  --> ${formatLocation(location)}`);
	if (more.length > 0) lines.push(indented(more.join("\n"), "  "));
	if (object !== void 0 && !message.includes(object)) lines.push(`  object: ${object}`);
	if (next !== void 0) lines.push(indented(`next: ${next}`, "  "));
	return lines.join("\n");
}
// src/report/terminal/backup.ts
/** Where a backup is, what it holds and how that was proven. */
function backupText(backup, paint) {
	const { manifest } = backup;
	const sealed = manifest.recipients.length === 0 ? "not encrypted" : `encrypted to ${manifest.recipients.join(", ")}`;
	const state = manifest.state === "complete" ? paint("green", "complete") : paint("yellow", "partial");
	return [
		`${paint("bold", "Backup")} ${manifest.id} (${state})`,
		`  ${backupUrl(backup)}`,
		...backupContents(manifest).map((line) => `  ${line}`),
		`  ${sealed}`,
		...backupProofs(manifest).map((line) => `  ${line}`)
	].join("\n");
}
/** The way back, in short: the summary of an Action run and the Markdown output have the long form. */
function goBackText(backup, version, paint) {
	const way = goBack(backup, version);
	if (way === void 0) return "";
	return [
		paint("bold", `To go back to ${version}`),
		...way.about.map((line) => `  ${line}`),
		...way.fetch.map((line) => `  $ ${line}`),
		...way.steps.map((line, index) => indented(`${index + 1}. ${line}`, "  "))
	].join("\n");
}
// src/report/terminal/offline.ts
/** A plan from files alone, which says so before anything else. */
function offlineText(plan, source, paint) {
	const path = [...plan.from === void 0 ? [] : [plan.from], ...plan.path].map(wantedText).join(" -> ");
	const facts = [
		["Cluster", plan.cluster],
		["Asked for", `${wantedText(plan.to)} in ${formatLocation(source.versionAt)}`],
		["Path", plan.path.length === 0 ? "the version stays" : path]
	].map(([name = "", value = ""]) => [paint("bold", name), value]);
	const list = (title, lines) => lines.length === 0 ? [] : [
		"",
		paint("bold", title),
		...lines.map((line) => `  ${line}`)
	];
	return [
		paint("yellow", "Not checked against the cluster: made from the files alone. Nobody may approve it."),
		"",
		...columns(facts),
		...list("Not checked", plan.notChecked),
		...list("The file changes more than the version", plan.settings)
	].join("\n");
}
// src/report/terminal/plan.ts
/** A plan as `terraform plan` would show it: what is wrong first, what is done, whom it hits, what comes next. */
function planText(plan, source, paint) {
	const blocks = [heading(plan, source, paint), findingsText(plan.findings, paint)];
	if (plan.verdict !== "nothing-to-do") blocks.push(steps(plan, paint), evictions(plan, paint));
	blocks.push(verdict(plan, source, paint));
	return blocks.filter((block) => block !== "").join("\n\n");
}
/** What checks found, worst first. */
function findingsText(found, paint) {
	if (found.length === 0) return "";
	const lines = found.toSorted(bySeverity).map((finding) => {
		const { accepted } = finding;
		const place = finding.location === void 0 ? "" : `\n  --> ${formatLocation(finding.location)}`;
		const what = accepted === void 0 ? finding.severity : "accepted";
		const remedy = accepted !== void 0 ? `\n  ${acceptedBecause(accepted)}` : finding.remedy === "" ? "" : `\n  do: ${finding.remedy}`;
		return `${`${paint(accepted === void 0 ? STYLES[finding.severity] : "dim", what)} ${paint("bold", finding.object)}`} (${[finding.check, finding.code].filter(Boolean).join(", ")})${place}\n${indented(finding.message, "  ")}${remedy}`;
	});
	return [paint("bold", "Findings"), ...lines.map((line) => indented(line, "  "))].join("\n");
}
function heading(plan, source, paint) {
	return columns([
		["Cluster", plan.cluster],
		["Asked for", `${plan.target} in ${formatLocation(source.versionAt)}`],
		["Path", pathOf(plan)],
		...source.observed === void 0 ? [] : [["Seen", `${formatTime(source.observed.savedAt)} in ${source.observed.file}, not the cluster as it is now`]]
	].map(([name = "", value = ""]) => [paint("bold", name), value])).join("\n");
}
function pathOf(plan) {
	if (plan.hops.length === 0) return `${plan.current}, which is the target`;
	return [plan.current, ...plan.hops.map((hop) => hop.to)].join(" -> ");
}
function steps(plan, paint) {
	const title = `Steps: ${plan.steps.length}, about ${formatSeconds(plan.forecast.expectedSeconds)}`;
	const rows = plan.steps.map((step, index) => [
		String(index + 1).padStart(3),
		step.hop.to,
		step.node ?? "-",
		paint("dim", `~${formatSeconds(step.expectedSeconds)}`),
		doing(step)
	]);
	return [
		paint("bold", title),
		...columns(rows, "  "),
		...drainsSaved$1(plan)
	].join("\n");
}
function drainsSaved$1({ drains }) {
	const text = drainsText(drains);
	return text === "" ? [] : [`  ${text}`];
}
function doing(step) {
	return step.does.replaceAll("\n", " ");
}
function evictions(plan, paint) {
	const evicted = plan.forecast.evictions;
	if (evicted.length === 0) return "";
	const rows = evicted.map(({ node, pod, controller, budgets }) => [
		node,
		pod,
		controller === "" ? "-" : controller,
		budgets.length === 0 ? "-" : budgets.join(", ")
	]);
	const title = `Evictions, as it looks now: ${count$1(evicted.length, "pod")}`;
	const head = [
		"NODE",
		"POD",
		"CONTROLLER",
		"BUDGETS"
	].map((name) => paint("dim", name));
	return [paint("bold", title), ...columns([head, ...rows], "  ")].join("\n");
}
function verdict(plan, source, paint) {
	switch (plan.verdict) {
		case "nothing-to-do": return paint("green", `Nothing to do: ${plan.cluster} is at ${plan.target}.`);
		case "blocked": return [
			paint("red", "Blocked: nothing has been changed."),
			"Settle what is blocking or unknown above, then plan again:",
			`  ${commandLine("plan", source.file)}`
		].join("\n");
		case "ready": return [
			paint("green", "Ready: nothing has been changed yet."),
			`Plan hash: ${plan.hash}`,
			"To carry out exactly this plan:",
			`  ${commandLine("upgrade", source.file, plan.hash)}`
		].join("\n");
	}
}
const STYLES = {
	blocking: "red",
	unknown: "red",
	warning: "yellow",
	info: "dim"
};
// src/report/terminal/resources.ts
/** A table by kind, then every object that a reader has to know of. */
function resourcesText(result, paint) {
	const { restored } = result;
	const head = RESOURCE_COLUMNS.map((name) => paint("dim", name.toUpperCase()));
	const rows = resourceRows(result);
	return [
		`${paint("bold", restored.dryRun ? "Would restore" : "Restored")} ${resourcesHeadline(result)}`,
		...resourcesWarnings(result).map((line) => paint("yellow", line)),
		...rows.length === 0 ? [] : ["", ...columns([head, ...rows])],
		...list$1(paint("red", "Cannot be restored"), restored.refused),
		...list$1(paint("bold", "There, different, and left as they are"), restored.kept.map((object) => ({
			object,
			note: ""
		}))),
		...list$1(paint("bold", restored.dryRun ? "Would be changed" : "Changed on the way"), restored.changed),
		...list$1(paint("bold", "Need not be restored"), restored.skipped),
		...list$1(paint("bold", "Kinds that are never restored"), restored.leftOut.map(({ kind, objects, reason }) => ({
			object: `${kind} (${objects})`,
			note: reason
		})))
	].join("\n");
}
function list$1(title, notes) {
	if (notes.length === 0) return [];
	return [
		"",
		title,
		...columns(notes.map(({ object, note }) => [object, note]), "  ")
	];
}
// src/report/terminal/restore.ts
/** What a restore or a rollback did or would do. */
function restoreText(result, paint) {
	const { restore: plan, comparison } = result;
	const blocks = [headline$1(result, paint)];
	if (result.dryRun || result.outcome.state === "blocked") {
		blocks.push(restorePlanText(plan, result.backup.manifest.startedAt, paint));
		if (result.dryRun) blocks.push(commands(plan, paint));
		return join$1(blocks);
	}
	blocks.push(openSteps$1(result, paint));
	if (comparison !== void 0) {
		const rows = differing(comparison).map((kind) => [kind.resource, differenceText(kind)]);
		blocks.push([
			paint("bold", "Against the export"),
			`  ${comparisonText(comparison)}`,
			...columns(rows, "  ")
		].join("\n"));
	}
	if (touchedCluster(result)) {
		blocks.push([paint("bold", "The old data of etcd is kept"), ...keptLines(plan).map((line) => `  ${line}`)].join("\n"));
		blocks.push(VOLUMES);
	}
	blocks.push(goOn$1(result, paint));
	return join$1(blocks);
}
/** What an operator has to know before the cluster's name is typed. */
function restorePlanText(plan, takenAt, paint) {
	const facts = [
		["Cluster", plan.cluster],
		["Backup", `${plan.backupId} of ${plan.to}`],
		["Hosts", plan.hosts.filter(({ role }) => role !== "worker").map(({ name }) => name).join(", ")],
		...plan.goesOn ? [["Goes on", `with the unfinished restore ${plan.restoreId}`]] : []
	];
	const steps = plan.steps.map(({ node, does }, index) => [
		String(index + 1).padStart(3),
		node ?? "-",
		does
	]);
	const losses = plan.losses.known ? differing(plan.losses.value) : [];
	return join$1([
		columns(facts.map(([name = "", value = ""]) => [paint("bold", name), value])).join("\n"),
		findingsText(plan.findings, paint),
		[
			paint("bold", "What is lost"),
			`  ${lossText(plan, formatTime(takenAt))}`,
			...columns(losses.map((kind) => [kind.resource, differenceText(kind)]), "  "),
			`  ${VOLUMES}`
		].join("\n"),
		[paint("bold", `Steps: ${plan.steps.length}`), ...columns(steps, "  ")].join("\n")
	]);
}
/** Every command as root would run it. */
function commands({ steps, functions }, paint) {
	const scripts = steps.flatMap(({ node, nodes, does, script, feed }, index) => {
		if (script === void 0) return [];
		const where = node ?? (nodes ?? []).join(", ");
		const from = feed === void 0 ? "" : `\n# standard input: ${feed.path} of the backup, unsealed on this machine`;
		return [`${paint("bold", `# ${index + 1}. ${where}: ${does}`)}${from}\n${script}`];
	});
	return join$1([
		paint("bold", "Commands"),
		`# These functions stand before every script.\n${functions.trimEnd()}`,
		...scripts
	]);
}
function headline$1(result, paint) {
	const { restore: plan, outcome, dryRun } = result;
	const took = formatSeconds(secondsBetween(result.startedAt, result.finishedAt));
	const where = touchedCluster(result) ? `${plan.cluster} is in the middle of it` : "nothing was changed";
	if (dryRun) return paint("bold", `What a restore of ${plan.cluster} would do. Nothing was changed.`);
	switch (outcome.state) {
		case "changed":
		case "ready":
		case "nothing-to-do": return paint("green", `${plan.cluster} is back at ${plan.backupId}, restored in ${took}.`);
		case "blocked": return paint("red", `Blocked after ${took}: ${where}.`);
		case "failed": return paint("red", `Failed after ${took}: ${where}.`);
		case "interrupted": return paint("yellow", `Interrupted after ${took}: ${where}.`);
	}
}
function openSteps$1({ records, outcome }, paint) {
	if (outcome.state === "changed") {
		const notes = records.flatMap(({ step, notes }) => notes.map((note) => `  ${step.id}: ${note}`));
		return notes.length === 0 ? "" : [paint("bold", "Notes"), ...notes].join("\n");
	}
	const { done, doneBefore, stopped, open } = progressOf(records);
	return [
		`${paint("bold", "Done")}  ${count$1(done.length + doneBefore.length, "step")}`,
		...stopped.map(({ step, state, error = "" }) => `${paint("red", state)}  ${step.id}: ${error}`),
		...open.length === 0 ? [] : [`${paint("bold", "Not done")}  ${count$1(open.length, "step")}:`],
		...open.map(({ step }) => indented(step.id, "  "))
	].join("\n");
}
function goOn$1(result, paint) {
	if (result.outcome.state !== "failed" && result.outcome.state !== "interrupted") return "";
	return [paint("bold", "To go on"), `  ${restoreCommand(result)}`].join("\n");
}
function join$1(blocks) {
	return blocks.filter((block) => block !== "").join("\n\n");
}
// src/report/terminal/status.ts
/** A table of nodes as `kubectl get nodes` would show it, then the lock, the last backup and the last run. */
function statusText(status, paint) {
	const facts = [
		["Cluster", status.cluster],
		["API server", status.apiServerVersion],
		["Asked for", status.target],
		["Lock", lockText(status)],
		["Last backup", backupLine(status)],
		["Last run", runLine(status)]
	].map(([name = "", value = ""]) => [paint("bold", name), value]);
	const head = [
		"NODE",
		"ROLE",
		"STATE",
		"KUBELET",
		"COMPONENTS"
	].map((name) => paint("dim", name));
	const rows = status.nodes.map((node) => [
		node.name,
		node.role,
		nodeState(node),
		node.kubelet,
		componentsText(node.components)
	]);
	return [
		...columns(facts),
		"",
		...columns([head, ...rows]),
		...lastSteps(status, paint)
	].join("\n");
}
function lastSteps(status, paint) {
	const steps = status.lastRun?.steps ?? [];
	if (steps.length === 0) return [];
	const rows = steps.map(({ at, step, event, detail }) => [
		formatTime(at),
		step,
		event,
		detail ?? ""
	]);
	return [
		"",
		paint("bold", "Steps of the last run"),
		...columns(rows, "  ")
	];
}
// src/report/terminal/upgrade.ts
/** What an upgrade did, what it did not, and the one command to go on. */
function upgradeText(result, paint) {
	if (result.outcome.state === "blocked" && result.plan.verdict === "blocked") return planText(result.plan, result.source, paint);
	const blocks = [headline(result, paint), goOn(result, paint)];
	if (touchedNodes(result.records)) blocks.splice(1, 0, nodes(result.records, paint), waits(result.records, paint), openSteps(result.records, paint));
	if (result.backup !== void 0) blocks.push(backupText(result.backup, paint));
	if (result.backup !== void 0 && touchedNodes(result.records)) blocks.push(goBackText(result.backup, result.plan.current, paint));
	return blocks.filter((block) => block !== "").join("\n\n");
}
function headline(result, paint) {
	const { plan, outcome } = result;
	const took = formatSeconds(secondsBetween(result.startedAt, result.finishedAt));
	switch (outcome.state) {
		case "changed": return paint("green", `${plan.cluster} is at ${plan.target}: upgraded from ${plan.current} in ${took}.`);
		case "nothing-to-do":
		case "ready": return paint("green", `Nothing to do: ${plan.cluster} is at ${plan.target}.`);
		case "blocked": return paint("red", `Blocked after ${took}: ${untouched(result)}`);
		case "failed": return paint("red", `Failed after ${took}: ${untouched(result)}`);
		case "interrupted": return paint("yellow", `Interrupted after ${took}: ${untouched(result)}`);
	}
}
function untouched(result) {
	const { cluster, target } = result.plan;
	return touchedNodes(result.records) ? `${cluster} is on its way to ${target}.` : `no node of ${cluster} was touched.`;
}
function nodes(records, paint) {
	const times = nodeTimes(records);
	if (times.length === 0) return "";
	return columns([[
		"NODE",
		"TO",
		"DRAIN",
		"UPGRADE",
		"AWAY",
		"STATE"
	].map((name) => paint("dim", name)), ...times.map((row) => [
		row.node,
		row.to,
		duration$1(row.drain),
		duration$1(row.upgrade),
		duration$1(row.away),
		row.state
	])]).join("\n");
}
function waits(records, paint) {
	const { done } = progressOf(records);
	const lines = done.flatMap(({ step, notes }) => notes.map((note) => `  ${step.id}: ${note}`));
	return lines.length === 0 ? "" : [paint("bold", "Waits and retries"), ...lines].join("\n");
}
function openSteps(records, paint) {
	const progress = progressOf(records);
	if (progress.stopped.length === 0 && progress.open.length === 0) return "";
	const lines = [`${paint("bold", "Done")}  ${count$1(progress.done.length + progress.doneBefore.length, "step")}`];
	for (const { step, state, error, notes } of progress.stopped) {
		lines.push(`${paint("red", state)}  ${step.id}${error === void 0 ? "" : `: ${error}`}`);
		lines.push(...notes.map((note) => `  ${note}`));
	}
	if (progress.open.length > 0) {
		lines.push(`${paint("bold", "Not done")}  ${count$1(progress.open.length, "step")}:`);
		lines.push(...progress.open.map(({ step }) => `  ${step.id}`));
	}
	return lines.join("\n");
}
function goOn({ outcome, source }, paint) {
	if (outcome.state !== "failed" && outcome.state !== "interrupted") return "";
	return [paint("bold", "To go on"), `  ${commandLine("upgrade", source.file)}`].join("\n");
}
function duration$1(seconds) {
	return seconds === void 0 ? "-" : formatSeconds(seconds);
}
// src/report/terminal/terminal.ts
/** What standard output gets in the form `text`; empty where only the error on standard error has something to say. */
function terminalText(ending, paint) {
	const clean = cleanData(ending);
	switch (clean.command) {
		case "plan": return "offline" in clean ? offlineText(clean.offline, clean.source, paint) : planText(clean.plan, clean.source, paint);
		case "matrix": return JSON.stringify(clean.matrix);
		case "backup": return clean.backup === void 0 ? "" : backupText(clean.backup, paint);
		case "upgrade": return upgradeText(clean, paint);
		case "status": return statusText(clean.status, paint);
		case "restore-resources": return resourcesText(clean, paint);
		case "unlock": return unlockLines(clean).join("\n");
		case "restore-etcd": return restoreText(clean, paint);
		case "failure": return "";
	}
}
// src/request/event.ts
/**
* Reads the runner's variables and the event that started the workflow.
* Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
* @param event parsed content of the file that GITHUB_EVENT_PATH names; undefined where there is none
*/
function readContext(env, event) {
	const { GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_RUN_ID } = env;
	if (!GITHUB_REPOSITORY) return void 0;
	const pullRequest = readPullRequest(event);
	return {
		repository: GITHUB_REPOSITORY,
		apiUrl: GITHUB_API_URL || "https://api.github.com",
		runUrl: `${GITHUB_SERVER_URL || "https://github.com"}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID ?? ""}`,
		...pullRequest !== void 0 && { pullRequest }
	};
}
/** The pull request of a `pull_request` event and its like; undefined for other events. */
function readPullRequest(event) {
	const { number, head, base } = record$1(record$1(event).pull_request);
	const [headSha, baseSha] = [record$1(head).sha, record$1(base).sha];
	if (typeof number !== "number" || typeof headSha !== "string" || typeof baseSha !== "string") return void 0;
	const ours = record$1(record$1(base).repo).full_name;
	const theirs = record$1(record$1(head).repo).full_name;
	return {
		number,
		head: headSha,
		base: baseSha,
		fromFork: theirs === void 0 || theirs !== ours
	};
}
function record$1(value) {
	return typeof value === "object" && value !== null ? value : {};
}
// src/config/duration.ts
const UNITS$2 = {
	h: 3600,
	m: 60,
	s: 1
};
/** Durations as Go writes them, in whole seconds at the finest: `30s`, `10m`, `1h30m`. */
const DURATION = /^(?:\d+h)?(?:\d+m)?(?:\d+s)?$/;
/** @param text matches DURATION @returns seconds */
function durationSeconds(text) {
	return text.matchAll(/(\d+)([hms])/g).reduce((sum, [, count, unit]) => sum + Number(count) * UNITS$2[unit], 0);
}
// src/request/make-request.ts
const COMMON = /* @__PURE__ */ new Set([
	"command",
	"file",
	"output",
	"verbose",
	"sshPrivateKey",
	"sshKnownHosts",
	"kubeconfig",
	"kubeconfigFile",
	"comment",
	"githubToken",
	"identity",
	"ageIdentity"
]);
/**
* Checks what inputs and flags have in common and builds the request.
* @throws KubestairError INPUT_INVALID
*/
function makeRequest(command, { values, access }, called) {
	const own = {};
	for (const [name, setting] of Object.entries(SETTINGS)) {
		const value = given(values[name]);
		if (value === void 0) {
			const replaced = setting.unless !== void 0 && given(values[setting.unless]) !== void 0;
			if (setting.required && !replaced && appliesTo(setting, command)) throw missing$1(setting, called);
			continue;
		}
		if (COMMON.has(name) && name !== "file") continue;
		if (!appliesTo(setting, command)) throw meaningless(setting, command, called);
		checkForm(setting, value, called);
		own[name] = value;
	}
	return {
		command,
		file: "",
		verbose: values.verbose === true,
		access,
		...own
	};
}
/** @throws KubestairError INPUT_INVALID */
function readCommand(text, called) {
	const command = COMMAND_NAMES.find((name) => name === text);
	if (command !== void 0) return command;
	throw invalid$5(text === "" ? `${called} is missing.` : `${called} "${text}" is not a command.`, `Use one of: ${COMMAND_NAMES.join(", ")}.`);
}
function invalid$5(message, next) {
	return new KubestairError("INPUT_INVALID", message, { next });
}
/** Values of a list: on lines or between commas. */
function splitList(text) {
	return text.split(/[\n,]/).map((value) => value.trim()).filter((value) => value !== "");
}
function given(value) {
	if (value === void 0 || value === false || value.valueOf() === "") return void 0;
	return Array.isArray(value) && value.length === 0 ? void 0 : value;
}
function missing$1(setting, called) {
	return invalid$5(`${called(setting)} is missing.`, `It is needed: ${setting.about.replaceAll("`", "")}`);
}
function meaningless(setting, command, called) {
	const commands = setting.commands?.join(", ") ?? "";
	return invalid$5(`${called(setting)} means nothing to ${command}.`, `Give it to ${commands} only.`);
}
function checkForm(setting, value, called) {
	if (setting.type === "hash" && !/^[0-9a-f]{64}$/.test(String(value))) throw invalid$5(`${called(setting)} is not a plan's hash: 64 hexadecimal digits are expected.`, "Copy it from the end of the plan, or from the output plan-hash.");
	if (setting.type === "duration" && !DURATION.test(String(value))) throw invalid$5(`${called(setting)} "${value}" is not a duration.`, "Write it as 30s, 10m or 1h30m.");
	if (setting.type === "choice" && !setting.choices.includes(String(value))) throw invalid$5(`${called(setting)} "${value}" is not known.`, `Use one of: ${setting.choices.join(", ")}.`);
}
// src/request/read-inputs.ts
/** Reads the contents first and alone, so that they can be masked before anything else is looked at. */
function readMaterials(read) {
	const sshPrivateKey = read(SETTINGS.sshPrivateKey.input);
	const sshKnownHosts = read(SETTINGS.sshKnownHosts.input);
	const kubeconfig = read(SETTINGS.kubeconfig.input);
	const githubToken = read(SETTINGS.githubToken.input);
	const ageIdentity = read(SETTINGS.ageIdentity.input);
	return {
		...sshPrivateKey && { sshPrivateKey: asFile(sshPrivateKey) },
		...sshKnownHosts && { sshKnownHosts: asFile(sshKnownHosts) },
		...kubeconfig && { kubeconfig: asFile(kubeconfig) },
		...githubToken && { githubToken },
		...ageIdentity && { ageIdentity: asFile(ageIdentity) }
	};
}
/**
* Reads everything else of an Action run. GitHub does not enforce `required`, so this does.
* @throws KubestairError INPUT_INVALID
*/
function readInputs(read) {
	const command = readCommand(read(SETTINGS.command.input), `Input ${SETTINGS.command.input}`);
	const values = {};
	for (const [name, setting] of Object.entries(SETTINGS)) {
		if (setting.input === void 0 || isMaterial(setting)) continue;
		values[name] = readValue$1(setting, read(setting.input));
	}
	return makeRequest(command, {
		values,
		access: {}
	}, ({ input }) => `Input ${input}`);
}
/** @throws KubestairError INPUT_INVALID */
function readCommentMode(read) {
	const { input, choices, default: preset } = SETTINGS.comment;
	const text = read(input) || preset;
	const mode = choices.find((choice) => choice === text);
	if (mode !== void 0) return mode;
	throw invalid$5(`Input ${input} "${text}" is not known.`, `Use one of: ${choices.join(", ")}.`);
}
function isMaterial({ type, input }) {
	return type === "secret" || input === SETTINGS.sshKnownHosts.input;
}
function readValue$1(setting, text) {
	switch (setting.type) {
		case "boolean": return readBoolean(setting, text);
		case "list": return splitList(text);
		case "path":
		case "text":
		case "secret":
		case "hash":
		case "duration":
		case "choice": return text;
	}
}
/** @throws KubestairError INPUT_INVALID when the text is no private key that OpenSSH could read */
function checkMaterials(materials) {
	const key = materials.sshPrivateKey;
	if (key === void 0 || /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(key)) return;
	throw invalid$5(`Input ${SETTINGS.sshPrivateKey.input} is not a private key: its first line is no BEGIN line.`, "Store the whole file of the private key, with its first and last line, as the secret.");
}
function readBoolean({ input }, text) {
	if ([
		"true",
		"True",
		"TRUE"
	].includes(text)) return true;
	if ([
		"",
		"false",
		"False",
		"FALSE"
	].includes(text)) return false;
	throw invalid$5(`Input ${input} is neither true nor false: "${text}".`, "Write true or false.");
}
function asFile(text) {
	return `${text.replaceAll("\r\n", "\n").trimEnd()}\n`;
}
// src/request/secrets.ts
var import_dist = require_dist();
/** Shorter texts are no secrets, and masking them would blank out innocent parts of the log. */
const shortestSecret = 8;
/** What has to be masked: the log is masked line by line, so each line of a key is a secret of its own. */
function secretsOf(materials) {
	const secrets = [
		...lines(materials.sshPrivateKey ?? ""),
		...kubeconfigSecrets(materials.kubeconfig ?? ""),
		...lines(materials.githubToken ?? ""),
		...lines(materials.ageIdentity ?? "")
	];
	return [...new Set(secrets)].filter((secret) => secret.length >= shortestSecret);
}
function kubeconfigSecrets(text) {
	const document = parseOrNothing(text);
	if (document === void 0) return lines(text);
	return (isRecord$3(document) && Array.isArray(document.users) ? document.users : []).flatMap((user) => isRecord$3(user) ? credentialTexts(user.user) : []).flatMap((value) => [...lines(value), ...lines(decoded$2(value))]);
}
function credentialTexts(value) {
	if (typeof value === "string") return [value];
	if (Array.isArray(value)) return value.flatMap(credentialTexts);
	if (!isRecord$3(value)) return [];
	return Object.entries(value).flatMap(([key, inner]) => publicKeys.has(key) ? [] : credentialTexts(inner));
}
/** Parts of a user that are no secrets: how a credential is fetched, not what it is. */
const publicKeys = /* @__PURE__ */ new Set([
	"apiVersion",
	"command",
	"args",
	"installHint",
	"interactiveMode",
	"name",
	"username"
]);
function parseOrNothing(text) {
	try {
		return (0, import_dist.parse)(text);
	} catch {
		return;
	}
}
function decoded$2(value) {
	const text = Buffer.from(value, "base64").toString("utf8");
	return text.includes("-----BEGIN") ? text : "";
}
function lines(text) {
	return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
}
function isRecord$3(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/backup/verified.ts
/**
* Accepts a backup that is complete and was read back from the store.
* @throws KubestairError BACKUP_PARTIAL naming the kinds that are missing; BACKUP_INCONSISTENT naming those that are of another time;
*   STORE_CORRUPT when nothing proves the parts
*/
function acceptForUpgrade(summary) {
	const { manifest } = summary;
	const lack = shortcomingOf(manifest);
	if (lack !== void 0) throw new KubestairError(lack.code, `the backup is ${lack.message}`, {
		object: manifest.id,
		next: lack.next
	});
	if (!manifest.proofs.some((proof) => proof.kind === "checksums" && proof.result === "passed")) throw new KubestairError("STORE_CORRUPT", "nothing proves that the store holds what was written", {
		object: manifest.id,
		next: "Take a new backup."
	});
	return summary;
}
/** Why a backup is less than whole, to follow "the backup is"; undefined if it is not. */
function shortcomingOf(manifest) {
	const missing = missingKinds(manifest);
	if (missing.length > 0) return {
		code: "BACKUP_PARTIAL",
		message: `without ${missing.join("; ")}`,
		next: "Repair the API that does not answer or delete its APIService, give the user the right to list every kind, then run the command again."
	};
	const expired = manifest.resources.filter((resource) => resource.consistency === "expired").map(nameOf$3);
	if (expired.length === 0) return void 0;
	return {
		code: "BACKUP_INCONSISTENT",
		message: `not of one time: the API server compacted resource version ${manifest.resourceVersion} before ${expired.join(", ")} could be listed at it`,
		next: "Run the backup closer to the API server, or raise its --etcd-compaction-interval (5m by default), then run the command again."
	};
}
/** Kinds that the backup does not hold, and why. */
function missingKinds({ state, resources }) {
	const missing = resources.filter(({ part, accepted }) => part === void 0 && accepted === void 0).map((resource) => `${nameOf$3(resource)} (${resource.error ?? "no reason given"})`);
	if (state === "partial" && resources.every(isWhole)) return ["some kinds"];
	return missing;
}
/** Whether a kind is in the backup as its format promises, or missing by consent. */
function isWhole({ part, consistency, accepted }) {
	return part === void 0 ? accepted !== void 0 : consistency !== "expired";
}
function nameOf$3({ group, resource }) {
	return group === "" ? resource : `${resource}.${group}`;
}
// src/ports/kube.ts
/** A Status that the API server answered with. */
var KubeStatusError = class extends Error {
	name = "KubeStatusError";
	status;
	/** metav1.StatusReason, for example `TooManyRequests`; empty if the body was no Status. */
	reason;
	details;
	constructor(status, reason, message, details) {
		super(message);
		this.status = status;
		this.reason = reason;
		this.details = details;
	}
};
// src/cluster/api.ts
const PAGE$2 = 500;
/** Asks for the metadata of objects alone. Source: kubernetes.io "API concepts", metadata-only fetches. */
const METADATA_ONLY$2 = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
/**
* Every object of a list, page by page.
* @param path without query, for example `/api/v1/pods`
* @param selectors `fieldSelector` and `labelSelector`
* @param accept for example METADATA_ONLY
* @throws KubestairError KUBE_REQUEST and what the port throws
*/
async function* listAll(kube, path, signal, selectors = {}, accept) {
	let token = "";
	do {
		const page = await get(kube, `${path}?${new URLSearchParams({
			...selectors,
			limit: String(PAGE$2),
			...token === "" ? {} : { continue: token }
		})}`, {
			signal,
			...accept !== void 0 && { accept }
		});
		yield* page.items ?? [];
		token = page.metadata?.continue ?? "";
	} while (token !== "");
}
/** listAll() at once, for kinds that a cluster has few of. @throws like listAll() */
async function listWhole(kube, path, signal, selectors = {}) {
	const items = [];
	for await (const item of listAll(kube, path, signal, selectors)) items.push(item);
	return items;
}
/**
* One object. The caller names its form: the API server is trusted to answer in its own schema.
* @throws KubestairError KUBE_REQUEST, with the API server's own words, and what the port throws
*/
async function get(kube, path, options = {}) {
	try {
		return await kube.request({
			path,
			...options
		});
	} catch (thrown) {
		if (thrown instanceof KubeStatusError) throw asRequestError(thrown, `GET ${path}`);
		throw thrown;
	}
}
/** One object, or undefined where there is none of that name. @throws like get() */
async function getIfThere(kube, path, options = {}) {
	try {
		return await get(kube, path, options);
	} catch (thrown) {
		const refusal = thrown instanceof KubestairError ? thrown.cause : void 0;
		if (refusal instanceof KubeStatusError && refusal.status === 404) return void 0;
		throw thrown;
	}
}
/** A refusal of the API server as an error that a person can act on. */
function asRequestError(refusal, request) {
	const what = `The API server answered ${request} with ${refusal.status} ${refusal.reason}`.trim();
	const next = refusal.status === 403 ? "Allow it with RBAC: the user of the kubeconfig needs this verb on this resource." : "Look at the API server and its log, then run the same command again.";
	return new KubestairError("KUBE_REQUEST", `${what}: ${refusal.message}`, {
		object: request,
		next,
		cause: refusal
	});
}
// src/cluster/grants.ts
const KUBE_SYSTEM = "kube-system";
/** Everything that a plan reads. docs/rbac.yaml is made of this table, so what is read is what is granted. */
const PLAN_GRANTS = {
	clusterIdentity: {
		group: "",
		resource: "namespaces",
		verb: "get",
		names: [KUBE_SYSTEM]
	},
	nodes: {
		group: "",
		resource: "nodes",
		verb: "list"
	},
	pods: {
		group: "",
		resource: "pods",
		verb: "list"
	},
	daemonSets: {
		group: "apps",
		resource: "daemonsets",
		verb: "list"
	},
	replicaSets: {
		group: "apps",
		resource: "replicasets",
		verb: "list"
	},
	jobs: {
		group: "batch",
		resource: "jobs",
		verb: "list"
	},
	volumes: {
		group: "",
		resource: "persistentvolumes",
		verb: "list"
	},
	budgets: {
		group: "policy",
		resource: "poddisruptionbudgets",
		verb: "list"
	},
	/** Asked with dryRun alone; RBAC cannot tell such requests from others. */
	evictions: {
		group: "",
		resource: "pods/eviction",
		verb: "create"
	},
	kubeadmConfig: {
		group: "",
		resource: "configmaps",
		verb: "get",
		namespace: KUBE_SYSTEM,
		names: ["kubeadm-config"]
	},
	componentConfigs: {
		group: "",
		resource: "configmaps",
		verb: "get",
		namespace: KUBE_SYSTEM,
		names: ["kubelet-config", "kube-proxy"]
	},
	apiServices: {
		group: "apiregistration.k8s.io",
		resource: "apiservices",
		verb: "list"
	},
	/** Releases of Helm. */
	secrets: {
		group: "",
		resource: "secrets",
		verb: "list"
	},
	configMaps: {
		group: "",
		resource: "configmaps",
		verb: "list"
	},
	/** Labels of the namespaces whose webhooks admit requests. */
	namespaces: {
		group: "",
		resource: "namespaces",
		verb: "get"
	},
	validatingWebhooks: {
		group: "admissionregistration.k8s.io",
		resource: "validatingwebhookconfigurations",
		verb: "list"
	},
	mutatingWebhooks: {
		group: "admissionregistration.k8s.io",
		resource: "mutatingwebhookconfigurations",
		verb: "list"
	},
	customResources: {
		group: "apiextensions.k8s.io",
		resource: "customresourcedefinitions",
		verb: "list"
	},
	endpointSlices: {
		group: "discovery.k8s.io",
		resource: "endpointslices",
		verb: "list"
	},
	/** Where a webhook's Service has no endpoints: an ExternalName needs none. */
	services: {
		group: "",
		resource: "services",
		verb: "get"
	},
	migrations: {
		group: "storagemigration.k8s.io",
		resource: "storageversionmigrations",
		verb: "list"
	}
};
/** `poddisruptionbudgets.policy`, as kubectl would name the resource. */
function resourceName$2({ group, resource }) {
	return group === "" ? resource : `${resource}.${group}`;
}
/** The rule that is missing, in words. */
function describeGrant(grant) {
	const { group, resource, verb, namespace, names } = grant;
	return `the verb ${verb} on ${resource}${names === void 0 ? "" : ` named ${names.join(", ")}`} in the API group "${group}"${namespace === void 0 ? "" : ` in the namespace ${namespace}`}`;
}
// src/cluster/known.ts
function known(value) {
	return {
		known: true,
		value
	};
}
function unknown(reason) {
	return {
		known: false,
		reason
	};
}
/** What an error left unread. */
function unknownFrom({ message, code, next }) {
	return {
		known: false,
		reason: message,
		code,
		...next !== void 0 && { next }
	};
}
// src/cluster/owners.ts
/** Groups of the kinds that Kubernetes itself has: others use the same names. */
const OWN_GROUPS = {
	Deployment: "apps",
	ReplicaSet: "apps",
	StatefulSet: "apps",
	DaemonSet: "apps",
	Job: "batch",
	CronJob: "batch"
};
/** Set by the Deployment controller on its ReplicaSets. Source: pkg/controller/deployment/util/deployment_util.go, v1.36. */
const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
/** Set by the Deployment controller, on ReplicaSets and their pods; the set's name ends in it. */
const TEMPLATE_HASH = "pod-template-hash";
/** The kind of an owner; of a group that is not Kubernetes' own as kubectl writes it: `DaemonSet.apps.kruise.io`. */
function kindOf$1({ apiVersion, kind }) {
	const own = OWN_GROUPS[kind];
	if (own === void 0 || apiVersion === void 0) return kind;
	const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
	return group === own ? kind : `${kind}.${group}`;
}
/** What stands above a ReplicaSet or Job; undefined where nothing does. */
function topOfController(kind, metadata) {
	const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
	if (owner === void 0) return void 0;
	const desired = Number(metadata.annotations?.[DESIRED_REPLICAS]);
	const top = {
		workload: `${kindOf$1(owner)}/${metadata.namespace}/${owner.name}`,
		...Number.isInteger(desired) && { desired }
	};
	return [`${kind}/${metadata.namespace}/${metadata.name}`, top];
}
/**
* The workload of a controller. Where its own owner was not read, a ReplicaSet's name tells: the Deployment controller makes it of
* the Deployment's and the hash that its pods are labelled with.
* @param controller as `ReplicaSet/default/web-7d4`
*/
function topOf(controller, labels, owners) {
	const read = owners?.get(controller);
	if (read !== void 0) return read;
	const hash = labels?.[TEMPLATE_HASH];
	if (owners === void 0 && controller.startsWith("ReplicaSet/") && hash !== void 0 && controller.endsWith(`-${hash}`)) return { workload: `Deployment/${controller.slice(11, -hash.length - 1)}` };
	return { workload: controller };
}
// src/cluster/quantity.ts
/** Source: k8s.io/apimachinery/pkg/api/resource/quantity.go, suffixer of both families. */
const FACTORS = {
	n: 1e-9,
	u: 1e-6,
	m: .001,
	"": 1,
	k: 1e3,
	M: 1e6,
	G: 1e9,
	T: 0xe8d4a51000,
	P: 0x38d7ea4c68000,
	E: 0xde0b6b3a7640000,
	Ki: 1024,
	Mi: 2 ** 20,
	Gi: 2 ** 30,
	Ti: 2 ** 40,
	Pi: 2 ** 50,
	Ei: 2 ** 60
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/;
/** Every value is asked for thousands of times over: the requests of all pods are written in few ways. */
const parsed = /* @__PURE__ */ new Map();
/**
* A resource quantity in thousandths of its unit, rounded up as the scheduler does: 100m of cpu is 100, one byte is 1000.
* Something that is no quantity, which the API server would not have taken, is 0.
*/
function milliOf(quantity) {
	const text = String(quantity);
	const before = parsed.get(text);
	if (before !== void 0) return before;
	const value = parse$10(text);
	parsed.set(text, value);
	return value;
}
function parse$10(text) {
	const [, digits, exponent, suffix = ""] = QUANTITY.exec(text) ?? [];
	if (digits === void 0) return 0;
	const factor = exponent === void 0 ? FACTORS[suffix] ?? 1 : 10 ** Number(exponent);
	return Math.ceil(Number((Number(digits) * factor * 1e3).toPrecision(15)));
}
// src/cluster/pod-demand.ts
/** A selector that is left out selects no pod (metav1.LabelSelectorAsSelector of nil). */
const NOTHING = { matchExpressions: [{
	key: "",
	operator: "In",
	values: []
}] };
/** Resources that can be set for a pod as a whole. Source: k8s.io/component-helpers/resource/helpers.go, v0.36. */
const POD_LEVEL = /^(?:cpu|memory|hugepages-.*)$/;
/**
* What a pod asks of a node.
* @param bound a pod that never goes elsewhere (of a DaemonSet, a static one): of it only what collides with others is kept
*/
function demandOf({ metadata, spec = {} }, bound) {
	const common = {
		requests: requestsOf(spec),
		hostPorts: hostPortsOf(spec),
		antiAffinity: (spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => toTerm(term, metadata.namespace ?? "")),
		graceSeconds: spec.terminationGracePeriodSeconds ?? 30
	};
	if (bound) return {
		...common,
		tolerations: [],
		nodeSelector: {},
		affinity: [],
		spread: [],
		hostPaths: [],
		devices: false
	};
	const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
	return {
		...common,
		tolerations: (spec.tolerations ?? []).map(toToleration),
		nodeSelector: spec.nodeSelector ?? {},
		...terms !== void 0 && { nodeTerms: terms.map(toNodeTerm) },
		affinity: (spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => toTerm(term, metadata.namespace ?? "")),
		spread: spreadOf(spec, metadata.labels ?? {}),
		hostPaths: (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== void 0).map(({ name }) => name),
		devices: (spec.resourceClaims ?? []).length > 0
	};
}
/** A term of node affinity, of pods and PersistentVolumes alike, with its omitted lists filled in. */
function toNodeTerm({ matchExpressions = [], matchFields = [] }) {
	const filled = ({ key, operator, values = [] }) => ({
		key: key ?? "",
		operator: operator ?? "",
		values
	});
	return {
		matchExpressions: matchExpressions.map(filled),
		matchFields: matchFields.map(filled)
	};
}
/** Source: k8s.io/component-helpers/resource/helpers.go, v0.36 (PodRequests, AggregateContainerRequests). */
function requestsOf({ containers = [], initContainers = [], resources, overhead }) {
	const total = {};
	for (const container of containers) add$1(total, container.resources?.requests);
	const sidecars = {};
	const starting = {};
	for (const container of initContainers) {
		const sidecar = container.restartPolicy === "Always";
		if (sidecar) {
			add$1(total, container.resources?.requests);
			add$1(sidecars, container.resources?.requests);
		}
		const running = { ...sidecars };
		if (!sidecar) add$1(running, container.resources?.requests);
		for (const [name, amount] of Object.entries(running)) starting[name] = Math.max(starting[name] ?? 0, amount);
	}
	for (const [name, amount] of Object.entries(starting)) total[name] = Math.max(total[name] ?? 0, amount);
	for (const [name, quantity] of Object.entries(resources?.requests ?? {})) if (POD_LEVEL.test(name)) total[name] = milliOf(quantity);
	add$1(total, overhead);
	return total;
}
function add$1(sum, list) {
	for (const name in list) sum[name] = (sum[name] ?? 0) + milliOf(list[name] ?? 0);
}
function hostPortsOf({ containers = [], initContainers = [] }) {
	const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
	return [...containers, ...sidecars].flatMap(({ ports = [] }) => ports.flatMap(({ hostPort = 0, protocol = "TCP", hostIP = "" }) => hostPort === 0 ? [] : [{
		port: hostPort,
		protocol,
		address: hostIP === "0.0.0.0" ? "" : hostIP
	}]));
}
/** Terms that choose namespaces by their labels are taken for those that they name: labels of namespaces are not read. */
function toTerm({ topologyKey, labelSelector, namespaces, namespaceSelector }, own) {
	const everywhere = namespaceSelector !== void 0 && Object.keys(namespaceSelector).length === 0;
	const named = namespaces === void 0 || namespaces.length === 0 ? [own] : namespaces;
	return {
		topologyKey,
		selector: labelSelector ?? NOTHING,
		...!everywhere && { namespaces: named }
	};
}
function spreadOf({ topologySpreadConstraints = [] }, labels) {
	return topologySpreadConstraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule").map((constraint) => ({
		topologyKey: constraint.topologyKey,
		maxSkew: constraint.maxSkew,
		minDomains: constraint.minDomains ?? 1,
		selector: withKeys(constraint.labelSelector ?? NOTHING, constraint.matchLabelKeys ?? [], labels),
		allNodes: constraint.nodeAffinityPolicy === "Ignore",
		honorTaints: constraint.nodeTaintsPolicy === "Honor"
	}));
}
/** Source: k8s.io/api/core/v1, TopologySpreadConstraint.matchLabelKeys: keys that the pod does not have are ignored. */
function withKeys(selector, keys, labels) {
	const own = keys.flatMap((key) => {
		const value = labels[key];
		return value === void 0 ? [] : [[key, value]];
	});
	if (own.length === 0) return selector;
	return {
		...selector,
		matchLabels: {
			...selector.matchLabels,
			...Object.fromEntries(own)
		}
	};
}
function toToleration({ key, operator, value, effect, tolerationSeconds }) {
	return {
		...key !== void 0 && { key },
		...operator !== void 0 && { operator },
		...value !== void 0 && { value },
		...effect !== void 0 && effect !== "" && { effect },
		...tolerationSeconds !== void 0 && { tolerationSeconds }
	};
}
// src/cluster/shared.ts
const NOT_SHARED = {
	text: (text) => text,
	value: (value) => value
};
function openShared() {
	const texts = /* @__PURE__ */ new Map();
	const values = /* @__PURE__ */ new Map();
	return {
		text: (text) => keep(texts, text, text),
		value: (value) => keep(values, JSON.stringify(value), value)
	};
}
function keep(kept, key, value) {
	const before = kept.get(key);
	if (before !== void 0) return before;
	kept.set(key, value);
	return value;
}
// src/cluster/mapping.ts
/** Annotation of a node that Kubestair cordoned: the id of the run that did. */
const CORDONED_BY = "kubestair.dev/cordoned-by";
/** Set by the kubelet on the API's image of a static pod. Source: k8s.io/api/core/v1, MirrorPodAnnotationKey. */
const MIRROR_POD = "kubernetes.io/config.mirror";
const CONTROL_PLANE_LABELS = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];
/** Conditions that are bad when True. Source: k8s.io/api/core/v1, NodeConditionType. */
const PRESSURES = [
	"MemoryPressure",
	"DiskPressure",
	"PIDPressure",
	"NetworkUnavailable"
];
const NO_COMPONENTS = {
	"kube-apiserver": "",
	"kube-controller-manager": "",
	"kube-scheduler": "",
	etcd: ""
};
/**
* A node without what only its host can tell.
* @param systemPods pods of kube-system that run on this node
* @param address where the host is reached, if the cluster file says so
* @throws KubestairError CLUSTER_UNSUPPORTED for a node of a vendor's Kubernetes
*/
function toNode(node, systemPods, address) {
	const { name, annotations } = node.metadata;
	const info = node.status?.nodeInfo;
	const role = roleOf(node.metadata);
	const problems = problemsOf$2(node);
	const cordonedBy = annotations?.[CORDONED_BY];
	return {
		name,
		role,
		address: address ?? addressOf$1(node),
		kubelet: readVersion(info?.kubeletVersion ?? "", { object: `Node/${name}` }),
		kubeProxy: kubeProxyOf(systemPods),
		components: role === "control-plane" ? componentTags(systemPods) : unknown("a worker runs no control plane"),
		containerRuntime: info?.containerRuntimeVersion ?? "",
		osImage: info?.osImage ?? "",
		ready: !problems.some((problem) => problem.startsWith("Ready=")),
		problems,
		unschedulable: node.spec?.unschedulable ?? false,
		...cordonedBy === void 0 ? {} : { cordonedBy },
		scheduling: schedulingOf(node)
	};
}
function schedulingOf({ metadata, spec, status }) {
	return {
		labels: metadata.labels ?? {},
		taints: (spec?.taints ?? []).map(({ key = "", value = "", effect = "" }) => ({
			key,
			value,
			effect
		})),
		allocatable: Object.fromEntries(Object.entries(status?.allocatable ?? {}).map(([name, quantity]) => [name, milliOf(quantity)]))
	};
}
function toPod(pod, { daemonSets, owners, ownPod, shared = NOT_SHARED }) {
	const { metadata, spec, status } = pod;
	const { text, value } = shared;
	const namespace = text(metadata.namespace ?? "");
	const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
	const kind = owner === void 0 ? "" : kindOf$1(owner);
	const mirror = metadata.annotations?.[MIRROR_POD] !== void 0;
	const daemon = kind === "DaemonSet";
	const orphan = daemon && daemonSets?.has(`${namespace}/${owner?.name}`) === false;
	const claims = claimsOf(spec);
	const seconds = startSecondsOf(status);
	return {
		namespace,
		name: metadata.name,
		node: text(spec?.nodeName ?? ""),
		phase: text(status?.phase ?? "Unknown"),
		labels: value(metadata.labels ?? {}),
		...owner !== void 0 && {
			controller: text(`${kind}/${owner.name}`),
			...workloadOf(`${kind}/${namespace}/${owner.name}`, metadata.labels, owners, text)
		},
		...orphan && { orphan },
		mirror,
		emptyDirs: value((spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== void 0).map(({ name }) => name)),
		ready: (status?.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True"),
		terminating: metadata.deletionTimestamp !== void 0,
		...metadata.deletionTimestamp !== void 0 && {
			terminatingSince: metadata.deletionTimestamp,
			finalizers: metadata.finalizers ?? []
		},
		...(ownPod === metadata.name || ownPod === `${namespace}/${metadata.name}`) && { own: true },
		demand: value(demandOf(pod, mirror || daemon)),
		...claims.length > 0 && { claims },
		...seconds !== void 0 && { startSeconds: seconds }
	};
}
function workloadOf(controller, labels, owners, text) {
	const { workload, desired } = topOf(controller, labels, owners);
	return {
		workload: text(workload),
		...desired !== void 0 && { desired }
	};
}
/** A claim of an ephemeral volume goes with its pod, and binds the next one to nothing. */
function claimsOf(spec) {
	return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}
/** Readiness may have come and gone since the start: what took longer than this tells nothing of a start. */
const LONGEST_START_SECONDS = 600;
function startSecondsOf(status) {
	const ready = status?.conditions?.find(({ type, status: is }) => type === "Ready" && is === "True");
	const seconds = (Date.parse(ready?.lastTransitionTime ?? "") - Date.parse(status?.startTime ?? "")) / 1e3;
	return seconds >= 0 && seconds <= LONGEST_START_SECONDS ? seconds : void 0;
}
/** @returns undefined for a budget without a selector: it selects no pod (policy/v1, PodDisruptionBudgetSpec.selector). */
function toBudget(budget) {
	const { metadata, spec, status } = budget;
	if (spec?.selector === void 0 || spec.selector === null) return void 0;
	const failed = status?.conditions?.find(({ type, status: is, reason }) => type === "DisruptionAllowed" && is === "False" && reason === "SyncFailed");
	return {
		namespace: metadata.namespace ?? "",
		name: metadata.name,
		disruptionsAllowed: status?.disruptionsAllowed ?? 0,
		currentHealthy: status?.currentHealthy ?? 0,
		desiredHealthy: status?.desiredHealthy ?? 0,
		expectedPods: status?.expectedPods ?? 0,
		rule: ruleOf(spec),
		evictsUnhealthy: spec.unhealthyPodEvictionPolicy === "AlwaysAllow",
		...failed !== void 0 && { syncProblem: failed.message ?? "" },
		selector: spec.selector
	};
}
/** One of the two is always set, minAvailable 1 by default. Source: pkg/registry/policy/poddisruptionbudget, pkg/apis/policy/v1/defaults. */
function ruleOf({ minAvailable, maxUnavailable }) {
	return maxUnavailable === void 0 ? `minAvailable: ${minAvailable ?? 1}` : `maxUnavailable: ${maxUnavailable}`;
}
/** A PersistentVolume that not every node reaches, with the claim that holds it as `namespace/name`. */
function toVolume({ metadata, spec }) {
	const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms;
	const local = spec?.local !== void 0 || spec?.hostPath !== void 0;
	const { namespace, name } = spec?.claimRef ?? {};
	if (terms === void 0 || namespace === void 0 || name === void 0) return void 0;
	return [`${namespace}/${name}`, {
		name: metadata.name,
		nodeTerms: terms.map(toNodeTerm),
		local
	}];
}
/** The tag of an image, without registry and digest; undefined for an image named by its digest alone. */
function tagOf(image) {
	const [name = ""] = image.split("@");
	const last = name.slice(name.lastIndexOf("/") + 1);
	const colon = last.indexOf(":");
	return colon < 0 ? void 0 : last.slice(colon + 1);
}
function roleOf({ labels }) {
	return CONTROL_PLANE_LABELS.some((label) => labels?.[label] !== void 0) ? "control-plane" : "worker";
}
function addressOf$1(node) {
	const addresses = node.status?.addresses ?? [];
	return (addresses.find(({ type }) => type === "InternalIP") ?? addresses.find(({ type }) => type === "Hostname"))?.address ?? node.metadata.name;
}
function problemsOf$2(node) {
	const conditions = node.status?.conditions ?? [];
	const ready = conditions.find(({ type }) => type === "Ready")?.status ?? "Unknown";
	const pressures = conditions.filter(({ type, status }) => PRESSURES.includes(type) && status === "True");
	return [...ready === "True" ? [] : [`Ready=${ready}`], ...pressures.map(({ type, status }) => `${type}=${status}`)];
}
/** Static pods carry the labels of kubeadm's util/staticpod/utils.go, ComponentPod; without etcd here it is external and its tag empty. */
function componentTags(pods) {
	const tags = { ...NO_COMPONENTS };
	for (const component of Object.keys(NO_COMPONENTS)) {
		const pod = pods.find(({ metadata }) => metadata.labels?.tier === "control-plane" && metadata.labels.component === component);
		const image = pod?.spec?.containers?.find(({ name }) => name === component)?.image;
		const tag = image === void 0 ? void 0 : tagOf(image);
		if (tag !== void 0) tags[component] = tag;
		else if (pod !== void 0 || component !== "etcd") return unknown(`${component} runs as no static pod with an image tag here`);
	}
	return known(tags);
}
function kubeProxyOf(pods) {
	const image = pods.find(({ metadata }) => metadata.labels?.["k8s-app"] === "kube-proxy" && metadata.deletionTimestamp === void 0)?.spec?.containers?.find(({ name }) => name === "kube-proxy")?.image;
	if (image === void 0) return unknown("no kube-proxy runs here");
	const version = versionOfTag(tagOf(image) ?? "");
	return version === void 0 ? unknown(`the image ${image} names no version of Kubernetes`) : known(version);
}
// src/cluster/kubelet-config.ts
/** @param config a KubeletConfiguration of kubelet.config.k8s.io */
function kubeletSettings(config) {
	const { failSwapOn, failCgroupV1, evictionHard } = config;
	return {
		failSwapOn: failSwapOn !== false,
		...typeof failCgroupV1 === "boolean" && { failCgroupV1 },
		evictionHard: isRecord$2(evictionHard) ? Object.fromEntries(Object.entries(evictionHard).map(([name, value]) => [name, String(value)])) : {},
		digests: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, digest$1(value)]))
	};
}
function digest$1(value) {
	const text = JSON.stringify(value, (_key, inner) => isRecord$2(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => a < b ? -1 : 1)) : inner);
	return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
function isRecord$2(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/cluster/reads.ts
/**
* Reads of which none may hide the others: a refusal becomes a fact, which a check tells. A server that does not answer at all, or
* does not know who asks, still throws.
*/
function openReads() {
	const unread = [];
	return {
		unread,
		async attempt(grant, read, instead) {
			const result = await readable(grant, read);
			if (result.known) return result.value;
			const resource = resourceName$2(grant);
			if (!unread.some((refused) => refused.resource === resource)) unread.push({
				resource,
				reason: result.reason,
				next: result.next ?? ""
			});
			return instead;
		}
	};
}
/** What `read` gives, or why the API server refuses it. @throws what is no answer of the API server */
async function readable(grant, read) {
	try {
		return known(await read());
	} catch (thrown) {
		const refusal = refusalIn(thrown);
		if (refusal === void 0) throw thrown;
		return {
			known: false,
			reason: `the API server answers ${`${refusal.status} ${refusal.reason}`.trim()}: ${refusal.message}`,
			next: nextFor(refusal, grant)
		};
	}
}
function refusalIn(thrown) {
	const inner = thrown instanceof KubestairError ? thrown.cause : thrown;
	return inner instanceof KubeStatusError ? inner : void 0;
}
function nextFor({ status }, grant) {
	if (status === 403) return `Grant ${describeGrant(grant)}; docs/rbac.yaml has every rule.`;
	return `Try it with kubectl get ${resourceName$2(grant)}, mend what answers, and plan again.`;
}
// src/cluster/yaml.ts
/** A YAML map; undefined for anything else, broken YAML included. */
function readYaml(text) {
	try {
		const parsed = (0, import_dist.parse)(text);
		return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : void 0;
	} catch {
		return;
	}
}
// src/cluster/observe-kubelet-config.ts
const PATH$1 = "/api/v1/namespaces/kube-system/configmaps/kubelet-config";
/** The KubeletConfiguration that an upgrade writes to every host, as far as a plan looks at it. */
async function readKubeletConfig(kube, signal) {
	const read = await readable(PLAN_GRANTS.componentConfigs, () => get(kube, PATH$1, { signal }));
	if (!read.known) return read;
	const config = readYaml(read.value.data?.kubelet ?? "");
	if (config === void 0) return unknown("ConfigMap kube-system/kubelet-config holds no KubeletConfiguration");
	return known(kubeletSettings(config));
}
// src/cluster/observe.ts
/** More SSH connections at once would gain little and trip sshd's MaxStartups. */
const HOSTS_AT_ONCE$4 = 8;
/**
* Reads everything that a plan is made from. What a host or etcd does not tell comes back unknown, what the API refuses unread;
* without its version and its nodes there is nothing to plan.
* @throws KubestairError KUBE_CONTEXT for another cluster than the file means, CLUSTER_UNSUPPORTED, KUBE_REQUEST, and what the port throws
*/
async function observe({ kube, provider, access, ownPod, signal }) {
	const clusterUid = await readClusterUid(kube, access.clusterUid, signal);
	const reads = openReads();
	const [version, nodeObjects, pods, budgets] = await Promise.all([
		get(kube, "/version", { signal }),
		listWhole(kube, "/api/v1/nodes", signal),
		readPods(kube, reads, ownPod, signal),
		readBudgets(kube, reads, signal)
	]);
	const apiServerVersion = readVersion(version.gitVersion, { object: `API server ${kube.server}` });
	const nodes = await readHosts(provider, nodeObjects.map((node) => toNode(node, pods.system.get(node.metadata.name) ?? [], access.ssh.addresses[node.metadata.name])), signal);
	const [configuredVersion, kubeletConfig, etcd] = await Promise.all([
		provider.configuredVersion(signal),
		readKubeletConfig(kube, signal),
		provider.observeEtcd(nodes, signal)
	]);
	const volumes = await readVolumes(kube, reads, pods.all, signal);
	const { unread } = reads;
	return {
		clusterUid,
		configuredVersion,
		apiServerVersion,
		kubeletConfig,
		nodes,
		etcd,
		pods: pods.all,
		budgets,
		volumes,
		extensions: unknown("it was not looked for"),
		evidence: unknown("it was not looked for"),
		unread
	};
}
/**
* The identity of the cluster behind the connection. First contact: few retries, since a wrong address should be told soon.
* @param expected UID that the cluster file names
* @throws KubestairError KUBE_CONTEXT
*/
async function readClusterUid(kube, expected, signal) {
	const { metadata } = await get(kube, "/api/v1/namespaces/kube-system", {
		signal,
		retries: 1
	});
	if (expected !== void 0 && expected !== metadata.uid) throw new KubestairError("KUBE_CONTEXT", `Context "${kube.context}" leads to the cluster ${metadata.uid} at ${kube.server}, but the cluster file means ${expected}`, {
		object: `context ${kube.context}`,
		next: "Name the right context in spec.access.context; if the cluster was made anew, correct spec.access.clusterUid."
	});
	return metadata.uid;
}
async function readPods(kube, reads, ownPod, signal) {
	const daemonSets = await reads.attempt(PLAN_GRANTS.daemonSets, () => readDaemonSets(kube, signal), void 0);
	const owners = await readOwners(kube, reads, signal);
	const context = {
		shared: openShared(),
		...daemonSets !== void 0 && { daemonSets },
		...owners !== void 0 && { owners },
		...ownPod !== void 0 && { ownPod }
	};
	const all = [];
	const system = [];
	const gather = async () => {
		for await (const pod of listAll(kube, "/api/v1/pods", signal)) {
			all.push(toPod(pod, context));
			if (pod.metadata.namespace === "kube-system") system.push(pod);
		}
	};
	await reads.attempt(PLAN_GRANTS.pods, gather, void 0);
	return {
		all,
		system: Map.groupBy(system, (pod) => pod.spec?.nodeName ?? "")
	};
}
async function readDaemonSets(kube, signal) {
	const names = /* @__PURE__ */ new Set();
	const sets = listAll(kube, "/apis/apps/v1/daemonsets", signal, {}, METADATA_ONLY$2);
	for await (const { metadata } of sets) names.add(`${metadata.namespace}/${metadata.name}`);
	return names;
}
/** @returns undefined where one kind could not be read */
async function readOwners(kube, reads, signal) {
	const owners = /* @__PURE__ */ new Map();
	const gather = async (kind, path) => {
		for await (const { metadata } of listAll(kube, path, signal, {}, METADATA_ONLY$2)) {
			const top = topOfController(kind, metadata);
			if (top !== void 0) owners.set(...top);
		}
		return owners;
	};
	const { replicaSets, jobs } = PLAN_GRANTS;
	const sets = await reads.attempt(replicaSets, () => gather("ReplicaSet", "/apis/apps/v1/replicasets"), void 0);
	const all = await reads.attempt(jobs, () => gather("Job", "/apis/batch/v1/jobs"), void 0);
	return sets && all;
}
/** Only where a pod mounts a claim: most clusters have thousands of volumes or none. */
async function readVolumes(kube, reads, pods, signal) {
	const volumes = {};
	if (pods.every(({ claims }) => claims === void 0)) return volumes;
	const { value } = openShared();
	const gather = async () => {
		for await (const volume of listAll(kube, "/api/v1/persistentvolumes", signal)) {
			const [claim, place] = toVolume(volume) ?? [];
			if (claim !== void 0 && place !== void 0) volumes[claim] = {
				...place,
				nodeTerms: value(place.nodeTerms)
			};
		}
	};
	await reads.attempt(PLAN_GRANTS.volumes, gather, void 0);
	return volumes;
}
async function readBudgets(kube, reads, signal) {
	const path = "/apis/policy/v1/poddisruptionbudgets";
	return (await reads.attempt(PLAN_GRANTS.budgets, () => listWhole(kube, path, signal), [])).map(toBudget).filter((budget) => budget !== void 0);
}
async function readHosts(provider, nodes, signal) {
	const limit = pLimit(HOSTS_AT_ONCE$4);
	return await Promise.all(nodes.map((node) => limit(async () => ({
		...node,
		host: await provider.observeHost(node, signal)
	}))));
}
// src/adapters/etcd-connection.ts
/** A snapshot at the 64 KiB windows of HTTP/2 takes three times as long. */
const WINDOW_BYTES = 16777216;
/** `host:port` as people know the member. */
function endpointOf(address) {
	const name = address.kind === "tcp" ? address.host : address.serverName;
	return `${name.includes(":") ? `[${name}]` : name}:${address.port}`;
}
/** One HTTP/2 connection, made at the first request. @param tls undefined for a member that serves clients without TLS. */
function openSessions(address, tls) {
	const url = `${tls === void 0 ? "http" : "https"}://${endpointOf(address)}`;
	return new Http2SessionManager(url, {}, {
		settings: { initialWindowSize: WINDOW_BYTES },
		createConnection: () => openSocket(address, tls)
	});
}
function openSocket(address, tls) {
	const target = address.kind === "tcp" ? {
		host: address.host,
		port: address.port
	} : { path: address.path };
	if (tls === void 0) return connect(target);
	return connect$1({
		...target,
		host: address.kind === "tcp" ? address.host : address.serverName,
		...tls.ca !== void 0 && { ca: tls.ca },
		cert: tls.cert,
		key: tls.key,
		ALPNProtocols: ["h2"]
	});
}
// src/adapters/etcd-rpc_pb.ts
/**
* Describes the file etcd-rpc.proto.
*/
const file_etcd_rpc = /*@__PURE__*/ fileDesc("Cg5ldGNkLXJwYy5wcm90bxIMZXRjZHNlcnZlcnBiIlwKDlJlc3BvbnNlSGVhZGVyEhIKCmNsdXN0ZXJfaWQYASABKAQSEQoJbWVtYmVyX2lkGAIgASgEEhAKCHJldmlzaW9uGAMgASgDEhEKCXJhZnRfdGVybRgEIAEoBCIpChFNZW1iZXJMaXN0UmVxdWVzdBIUCgxsaW5lYXJpemFibGUYASABKAgiWwoGTWVtYmVyEgoKAklEGAEgASgEEgwKBG5hbWUYAiABKAkSEAoIcGVlclVSTHMYAyADKAkSEgoKY2xpZW50VVJMcxgEIAMoCRIRCglpc0xlYXJuZXIYBSABKAgiaQoSTWVtYmVyTGlzdFJlc3BvbnNlEiwKBmhlYWRlchgBIAEoCzIcLmV0Y2RzZXJ2ZXJwYi5SZXNwb25zZUhlYWRlchIlCgdtZW1iZXJzGAIgAygLMhQuZXRjZHNlcnZlcnBiLk1lbWJlciIeCgxBbGFybVJlcXVlc3QSDgoGYWN0aW9uGAEgASgFIi4KC0FsYXJtTWVtYmVyEhAKCG1lbWJlcklEGAEgASgEEg0KBWFsYXJtGAIgASgFImgKDUFsYXJtUmVzcG9uc2USLAoGaGVhZGVyGAEgASgLMhwuZXRjZHNlcnZlcnBiLlJlc3BvbnNlSGVhZGVyEikKBmFsYXJtcxgCIAMoCzIZLmV0Y2RzZXJ2ZXJwYi5BbGFybU1lbWJlciIPCg1TdGF0dXNSZXF1ZXN0IqcBCg5TdGF0dXNSZXNwb25zZRIsCgZoZWFkZXIYASABKAsyHC5ldGNkc2VydmVycGIuUmVzcG9uc2VIZWFkZXISDwoHdmVyc2lvbhgCIAEoCRIOCgZkYlNpemUYAyABKAMSDgoGbGVhZGVyGAQgASgEEg4KBmVycm9ycxgIIAMoCRITCgtkYlNpemVJblVzZRgJIAEoAxIRCglpc0xlYXJuZXIYCiABKAgiEQoPU25hcHNob3RSZXF1ZXN0ImcKEFNuYXBzaG90UmVzcG9uc2USLAoGaGVhZGVyGAEgASgLMhwuZXRjZHNlcnZlcnBiLlJlc3BvbnNlSGVhZGVyEhcKD3JlbWFpbmluZ19ieXRlcxgCIAEoBBIMCgRibG9iGAMgASgMIowBCgxSYW5nZVJlcXVlc3QSCwoDa2V5GAEgASgMEhEKCXJhbmdlX2VuZBgCIAEoDBINCgVsaW1pdBgDIAEoAxIQCghyZXZpc2lvbhgEIAEoAxIUCgxzZXJpYWxpemFibGUYByABKAgSEQoJa2V5c19vbmx5GAggASgIEhIKCmNvdW50X29ubHkYCSABKAgiPAoIS2V5VmFsdWUSCwoDa2V5GAEgASgMEhQKDG1vZF9yZXZpc2lvbhgDIAEoAxINCgV2YWx1ZRgFIAEoDCJ/Cg1SYW5nZVJlc3BvbnNlEiwKBmhlYWRlchgBIAEoCzIcLmV0Y2RzZXJ2ZXJwYi5SZXNwb25zZUhlYWRlchIjCgNrdnMYAiADKAsyFi5ldGNkc2VydmVycGIuS2V5VmFsdWUSDAoEbW9yZRgDIAEoCBINCgVjb3VudBgEIAEoAzJGCgJLVhJACgVSYW5nZRIaLmV0Y2RzZXJ2ZXJwYi5SYW5nZVJlcXVlc3QaGy5ldGNkc2VydmVycGIuUmFuZ2VSZXNwb25zZTJaCgdDbHVzdGVyEk8KCk1lbWJlckxpc3QSHy5ldGNkc2VydmVycGIuTWVtYmVyTGlzdFJlcXVlc3QaIC5ldGNkc2VydmVycGIuTWVtYmVyTGlzdFJlc3BvbnNlMuEBCgtNYWludGVuYW5jZRJACgVBbGFybRIaLmV0Y2RzZXJ2ZXJwYi5BbGFybVJlcXVlc3QaGy5ldGNkc2VydmVycGIuQWxhcm1SZXNwb25zZRJDCgZTdGF0dXMSGy5ldGNkc2VydmVycGIuU3RhdHVzUmVxdWVzdBocLmV0Y2RzZXJ2ZXJwYi5TdGF0dXNSZXNwb25zZRJLCghTbmFwc2hvdBIdLmV0Y2RzZXJ2ZXJwYi5TbmFwc2hvdFJlcXVlc3QaHi5ldGNkc2VydmVycGIuU25hcHNob3RSZXNwb25zZTABYgZwcm90bzM");
/**
* Describes the message etcdserverpb.SnapshotResponse.
* Use `create(SnapshotResponseSchema)` to create a new message.
*/
const SnapshotResponseSchema = /*@__PURE__*/ messageDesc(file_etcd_rpc, 10);
/**
* @generated from service etcdserverpb.Cluster
*/
const Cluster = /*@__PURE__*/ serviceDesc(file_etcd_rpc, 1);
/**
* @generated from service etcdserverpb.Maintenance
*/
const Maintenance = /*@__PURE__*/ serviceDesc(file_etcd_rpc, 2);
// src/adapters/etcd-frames.ts
/** Flag, then length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const HEADER_BYTES = 5;
/** Splits the body of a gRPC answer into its messages. */
function readFrames() {
	const chunks = [];
	let buffered = 0;
	let wanted = HEADER_BYTES;
	return {
		push(chunk) {
			chunks.push(chunk);
			buffered += chunk.length;
			if (buffered < wanted) return [];
			const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
			const messages = [];
			let offset = 0;
			wanted = HEADER_BYTES;
			while (bytes.length - offset >= HEADER_BYTES) {
				const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES);
				if (view.getUint8(0) !== 0) throw new Error("the message is compressed");
				wanted = HEADER_BYTES + view.getUint32(1);
				if (bytes.length - offset < wanted) break;
				messages.push(bytes.subarray(offset + HEADER_BYTES, offset + wanted));
				offset += wanted;
				wanted = HEADER_BYTES;
			}
			chunks.splice(0, chunks.length, bytes.subarray(offset));
			buffered = bytes.length - offset;
			return messages;
		},
		pending: () => buffered
	};
}
/** A message without content, as a frame. */
const EMPTY_FRAME = new Uint8Array(HEADER_BYTES);
// src/adapters/stall-watch.ts
/** @param onStall Called once when the time waited without progress reaches the limit. */
function watchForStall(limitMilliseconds, onStall) {
	let left = limitMilliseconds;
	let since = 0;
	let timer;
	return {
		wait() {
			since = performance.now();
			timer = setTimeout(onStall, left);
		},
		pause() {
			clearTimeout(timer);
			left -= performance.now() - since;
		},
		progress() {
			left = limitMilliseconds;
		}
	};
}
// src/adapters/etcd-snapshot.ts
/** The database, then its digest: the size is told by the first message, which does not count the digest. */
const TRAILER_BYTES$1 = 32;
/**
* Maintenance.Snapshot, read from the HTTP/2 stream itself: two to three times as fast as through a gRPC library, and this is the
* one call that moves gigabytes. Stops when nothing arrives for a while, since a member that fails to read its database may leave
* the stream open for ever.
* @throws KubestairError SNAPSHOT_CUT, ETCD_UNHEALTHY when the member refuses
*/
async function* streamSnapshot(sessions, endpoint, stallMilliseconds, signal) {
	signal?.throwIfAborted();
	const stream = await openStream(sessions, endpoint);
	stream.session?.setLocalWindowSize(WINDOW_BYTES);
	const abort = () => void stream.destroy(/* @__PURE__ */ new Error("aborted"));
	const stall = /* @__PURE__ */ new Error(`nothing arrived for ${stallMilliseconds / 1e3} s`);
	const watch = watchForStall(stallMilliseconds, () => stream.destroy(stall));
	signal?.addEventListener("abort", abort, { once: true });
	const answer = collectHeaders(stream);
	const frames = readFrames();
	let expected;
	let received = 0;
	try {
		stream.end(EMPTY_FRAME);
		watch.wait();
		for await (const chunk of stream) {
			watch.pause();
			for (const message of frames.push(chunk)) {
				const { remainingBytes, blob } = fromBinary(SnapshotResponseSchema, message, { readUnknownFields: false });
				expected ??= Number(remainingBytes) + blob.length + TRAILER_BYTES$1;
				if (blob.length === 0) continue;
				received += blob.length;
				watch.progress();
				yield blob;
			}
			watch.wait();
		}
	} catch (error) {
		signal?.throwIfAborted();
		throw cut(endpoint, received, expected, error);
	} finally {
		watch.pause();
		signal?.removeEventListener("abort", abort);
		stream.destroy();
	}
	const { status, message } = answer.grpcStatus();
	if (status !== "0") throw refused(endpoint, received, expected, status, message);
	if (received !== expected || frames.pending() > 0) throw cut(endpoint, received, expected, void 0);
}
async function openStream(sessions, endpoint) {
	try {
		return await sessions.request("POST", "/etcdserverpb.Maintenance/Snapshot", HEADERS, {});
	} catch (error) {
		throw noSnapshot(endpoint, error instanceof Error ? error.message : String(error), error);
	}
}
const HEADERS = {
	"content-type": "application/grpc",
	te: "trailers"
};
/** The status comes in the trailers, or in the headers when there is no body. */
function collectHeaders(stream) {
	let headers = {};
	const add = (more) => {
		headers = {
			...headers,
			...more
		};
	};
	stream.on("response", add);
	stream.on("trailers", add);
	return { grpcStatus: () => ({
		status: String(headers["grpc-status"] ?? ""),
		message: unescapeMessage(String(headers["grpc-message"] ?? `HTTP status ${headers[":status"] ?? "unknown"}`))
	}) };
}
/** Percent-encoded by gRPC; what does not decode is shown as it came. */
function unescapeMessage(message) {
	try {
		return decodeURIComponent(message);
	} catch {
		return message;
	}
}
function refused(endpoint, received, expected, status, message) {
	if (received > 0 || status === "") return cut(endpoint, received, expected, new Error(message));
	return noSnapshot(endpoint, message, void 0);
}
function noSnapshot(endpoint, reason, cause) {
	return new KubestairError("ETCD_UNHEALTHY", `the etcd member gives no snapshot: ${reason}`, {
		object: endpoint,
		next: "Look at the log of that etcd member.",
		cause
	});
}
function cut(endpoint, received, expected, cause) {
	return new KubestairError("SNAPSHOT_CUT", `the etcd snapshot ended after ${received}${expected === void 0 ? "" : ` of ${expected}`} bytes${cause instanceof Error ? `: ${cause.message}` : ""}`, {
		object: endpoint,
		next: "Check the connection to that etcd member and its log, then run the command again.",
		cause
	});
}
// src/adapters/etcd.ts
const CALL_MILLISECONDS = 1e4;
const STALL_MILLISECONDS = 3e4;
/**
* Opens one member. The short calls are the gRPC library's; the snapshot shares their connection (see etcd-snapshot.ts). Nothing
* is sent yet. The methods throw KubestairError ETCD_UNHEALTHY when the member does not answer, snapshot() SNAPSHOT_CUT.
*/
function openEtcd({ address, tls, stallMilliseconds = STALL_MILLISECONDS }) {
	const endpoint = endpointOf(address);
	const sessions = openSessions(address, tls);
	const transport = createGrpcTransport({
		baseUrl: sessions.authority,
		sessionManager: sessions,
		defaultTimeoutMs: CALL_MILLISECONDS
	});
	const cluster = createClient(Cluster, transport);
	const maintenance = createClient(Maintenance, transport);
	async function call(signal, send) {
		try {
			return await send(signal === void 0 ? {} : { signal });
		} catch (error) {
			signal?.throwIfAborted();
			throw unhealthy$2(endpoint, error);
		}
	}
	return {
		endpoint,
		async members(signal) {
			return (await call(signal, (options) => cluster.memberList({ linearizable: true }, options))).members.map((member) => ({
				id: hexadecimal(member.ID),
				name: member.name,
				peerUrls: member.peerURLs,
				clientUrls: member.clientURLs,
				learner: member.isLearner
			}));
		},
		async status(signal) {
			const answer = await call(signal, (options) => maintenance.status({}, options));
			return {
				memberId: hexadecimal(answer.header?.memberId ?? 0n),
				leaderId: hexadecimal(answer.leader),
				version: answer.version,
				revision: answer.header?.revision ?? 0n,
				dbSizeBytes: Number(answer.dbSize),
				dbSizeInUseBytes: Number(answer.dbSizeInUse),
				learner: answer.isLearner,
				errors: answer.errors
			};
		},
		async alarms(signal) {
			return (await call(signal, (options) => maintenance.alarm({}, options))).alarms.map(({ memberID, alarm }) => ({
				memberId: hexadecimal(memberID),
				kind: alarmKind(alarm)
			}));
		},
		snapshot: (signal) => streamSnapshot(sessions, endpoint, stallMilliseconds, signal),
		async close() {
			sessions.abort();
		}
	};
}
/** AlarmType of etcd's rpc.proto. */
function alarmKind(alarm) {
	if (alarm === 1) return "NOSPACE";
	return alarm === 2 ? "CORRUPT" : "UNKNOWN";
}
function hexadecimal(id) {
	return id.toString(16);
}
function unhealthy$2(endpoint, error) {
	const failure = ConnectError.from(error);
	return new KubestairError("ETCD_UNHEALTHY", `the etcd member does not answer: ${failure.code === Code.DeadlineExceeded ? `no answer in ${CALL_MILLISECONDS / 1e3} s` : failure.rawMessage}`, {
		object: endpoint,
		next: "Check that the etcd pod of that node runs, and its log.",
		cause: error
	});
}
// src/adapters/forge-history.ts
/** What a pull request changes, asked of the forge, so that a workflow needs no deeper clone than it has. */
function forgeHistory({ forge, pullRequest, base, otherwise }) {
	const asked = async (commit, ask, instead) => {
		if (commit !== base) return instead();
		try {
			return await ask();
		} catch (thrown) {
			if (!(thrown instanceof KubestairError && thrown.code.startsWith("FORGE_"))) throw thrown;
			return instead();
		}
	};
	return {
		changedSince: (commit, signal) => asked(commit, () => Array.fromAsync(forge.changedFiles(pullRequest, signal)), () => otherwise.changedSince(commit, signal)),
		textAt: (commit, file, signal) => asked(commit, () => forge.textAt(commit, file, signal), () => otherwise.textAt(commit, file, signal))
	};
}
// src/adapters/git.ts
const run$2 = promisify(execFile);
/** A monorepo's list of changed files can be long. */
const MOST_BYTES = 67108864;
/** The history that `git` knows of a working directory. */
function openGit(cwd) {
	const git = async (args, signal) => {
		const { stdout } = await run$2("git", [...args], {
			cwd,
			maxBuffer: MOST_BYTES,
			signal
		});
		return stdout;
	};
	const commitOf = async (base, signal) => {
		try {
			return (await git([
				"rev-parse",
				"--verify",
				"--end-of-options",
				`${base}^{commit}`
			], signal)).trim();
		} catch (thrown) {
			signal?.throwIfAborted();
			throw unknownBase(base, thrown);
		}
	};
	return {
		async changedSince(base, signal) {
			const commit = await commitOf(base, signal);
			const parted = await git([
				"merge-base",
				commit,
				"HEAD"
			], signal).then((text) => text.trim(), () => commit);
			return (await git([
				"diff",
				"--name-only",
				"--relative",
				"--diff-filter=d",
				"-z",
				parted
			], signal)).split("\0").filter((file) => file !== "");
		},
		async textAt(base, file, signal) {
			const commit = await commitOf(base, signal);
			try {
				return await git(["show", `${commit}:./${file}`], signal);
			} catch {
				signal?.throwIfAborted();
				return;
			}
		}
	};
}
function unknownBase(base, cause) {
	return new KubestairError("HISTORY_UNKNOWN", `git does not know ${base}: ${(cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause)).split("\n")[0]}`, {
		object: base,
		next: "Fetch it first; in a workflow, check out with `fetch-depth: 0`.",
		cause
	});
}
// src/adapters/kube-auth.ts
/** As long as client-go trusts a token file; exec plugins cache their own credentials until they expire. */
const FRESH_MILLISECONDS = 6e4;
/**
* @param reload reads the kubeconfig again, the same context chosen
*/
function openAuthentication(config, reload) {
	let loaded = Promise.resolve(config);
	let pool;
	let current;
	const load = async () => {
		const { headers, dispatcher, fingerprint } = await authenticate(await loaded);
		if (pool?.fingerprint !== fingerprint) {
			pool?.dispatcher.close();
			pool = {
				fingerprint,
				dispatcher
			};
		}
		return {
			headers,
			dispatcher: pool.dispatcher
		};
	};
	return {
		credentials() {
			if (current === void 0 || current.until < performance.now()) {
				const credentials = load();
				current = {
					until: performance.now() + FRESH_MILLISECONDS,
					credentials
				};
				credentials.catch(() => {
					current = void 0;
				});
			}
			return current.credentials;
		},
		renew() {
			current = void 0;
			loaded = reload();
		}
	};
}
async function authenticate(config) {
	const context = new RequestContext(config.getCurrentCluster()?.server ?? "", HttpMethod.GET);
	const tls = {};
	try {
		await config.applyToHTTPSOptions(tls);
		await config.applySecurityAuthentication(context);
	} catch (cause) {
		throw credentialsRefused(config, cause);
	}
	const dispatcher = context.getDispatcher() ?? new import_undici.Agent();
	const material = [
		tls.ca,
		tls.cert,
		tls.key,
		tls.servername,
		tls.rejectUnauthorized
	].map((part) => String(part ?? ""));
	const fingerprint = createHash("sha256").update(material.join("\0")).digest("hex");
	return {
		headers: context.getHeaders(),
		dispatcher,
		fingerprint
	};
}
function credentialsRefused(config, cause) {
	const context = config.getCurrentContext();
	const user = config.getCurrentUser();
	const plugin = user?.exec?.command;
	const reason = cause instanceof Error ? cause.message.trim() : String(cause);
	if (typeof plugin !== "string") return new KubestairError("KUBE_CONFIG", `The credentials of context "${context}" cannot be read: ${reason}`, {
		object: `context ${context}`,
		next: "Check the files that the kubeconfig names for this cluster and user.",
		cause
	});
	return new KubestairError("KUBE_UNAUTHORIZED", `The exec plugin ${plugin} gives no credentials for user "${user?.name}": ${reason}`, {
		object: `context ${context}`,
		next: `Log in again, then check with kubectl --context ${context} auth whoami.`,
		cause
	});
}
// src/adapters/kube-errors.ts
/** Longer than any apiserver asks for; a proxy may say hours. */
const LONGEST_RETRY_AFTER = 30;
/** No repetition mends these: the certificate is wrong, or the name does not exist. */
const LASTING = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO|ENOTFOUND|UND_ERR_INVALID_ARG/;
/** A refusal of the API server or of something before it, as the Status that it sent. */
function refusalOf$1({ statusCode, headers }, text) {
	const status = parseStatus(text);
	const after = Number(headers["retry-after"]);
	const details = {
		...status.details,
		...Number.isFinite(after) && after > 0 ? { retryAfterSeconds: after } : {}
	};
	const message = status.message ?? (text.trim().slice(0, 300) || `HTTP status ${statusCode}`);
	return new KubeStatusError(statusCode, status.reason ?? "", message, details);
}
/** Whether sending a request again may help: it was never answered, or by a server that has too much to do or is going away. */
function worthAnotherTry(error) {
	if (error instanceof KubestairError) return false;
	if (!(error instanceof KubeStatusError)) return !LASTING.test(codeOf$1(error));
	switch (error.status) {
		case 429:
		case 502:
		case 503:
		case 504: return true;
		case 500: return isOverload(error);
		default: return false;
	}
}
/** How long the server asks to stay away; 0 if it does not say. */
function retryAfterSeconds(error) {
	if (!(error instanceof KubeStatusError)) return 0;
	return Math.min(error.details?.retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER);
}
function unreachable$1({ server, context }, cause) {
	const code = codeOf$1(cause);
	const reason = cause instanceof Error && cause.message !== "" ? cause.message : code || String(cause);
	const next = LASTING.test(code) ? "Check server, certificate-authority-data and tls-server-name of the kubeconfig." : `Check that this machine reaches ${server}, for example with curl -k https://${server}/readyz.`;
	return new KubestairError("KUBE_UNREACHABLE", `The API server ${server} does not answer: ${reason}`, {
		object: `context ${context}`,
		next,
		cause
	});
}
function unauthorized({ server, context }, cause) {
	return new KubestairError("KUBE_UNAUTHORIZED", `The API server ${server} does not accept the credentials of context "${context}"`, {
		object: `context ${context}`,
		next: `Renew the certificate or token in the kubeconfig; kubectl --context ${context} auth whoami shows whether it works.`,
		cause
	});
}
/** A 500 that says "later": StatusReasonServerTimeout, or etcd without a leader. The 500 of a pod under two budgets is none. */
function isOverload({ reason, message, details }) {
	return reason === "ServerTimeout" || (details?.retryAfterSeconds ?? 0) > 0 || /etcdserver: (leader changed|request timed out|no leader)/.test(message);
}
function parseStatus(text) {
	try {
		const status = JSON.parse(text);
		return status?.kind === "Status" ? status : {};
	} catch {
		return {};
	}
}
/** The innermost code of a network error: undici and happy eyeballs wrap it. */
function codeOf$1(error) {
	if (!(error instanceof Error)) return "";
	const { code, cause, errors } = error;
	return codeOf$1(cause) || codeOf$1(errors?.[0]) || (code ?? "");
}
// src/adapters/kubeconfig.ts
/** Mounted into every pod whose service account may talk to the API. */
const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/** The name that client-node gives it. */
const IN_CLUSTER_CONTEXT = "inClusterContext";
/**
* Loads a kubeconfig as kubectl does, with one context chosen.
* @throws KubestairError KUBE_CONFIG, naming the contexts that there are
*/
async function loadKubeconfig(options) {
	const files = filesOf(options);
	if (files.length === 0) return inCluster(options);
	const config = await readFiles(files);
	const name = chooseContext(config, options.context, files.join(delimiter));
	config.setCurrentContext(name);
	const cluster = config.getCurrentCluster();
	const user = config.getCurrentUser();
	if (cluster === null || user === null) {
		const missing = cluster === null ? "cluster" : "user";
		throw new KubestairError("KUBE_CONFIG", `Context "${name}" of ${files.join(delimiter)} names a ${missing} that is not there`, {
			object: `context ${name}`,
			next: `Add the ${missing} to the kubeconfig, or name another context in spec.access.context.`
		});
	}
	if (!/^https?:/.test(cluster.server) || !URL.canParse(cluster.server)) throw new KubestairError("KUBE_CONFIG", `"${cluster.server}" is not the URL of an API server`, {
		object: `context ${name}`,
		next: `Correct the server of cluster "${cluster.name}" in ${files.join(delimiter)}, for example https://api.example:6443.`
	});
	if (cluster.server.startsWith("http:")) Object.assign(cluster, { skipTLSVerify: true });
	return config;
}
function filesOf({ kubeconfig, env }) {
	if (kubeconfig !== void 0) return [expandHome(kubeconfig, env)];
	const listed = (env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
	if (listed.length > 0) return listed;
	const usual = join(env.HOME ?? "", ".kube", "config");
	return existsSync(usual) ? [usual] : [];
}
function expandHome(file, env) {
	return file.startsWith("~/") && env.HOME !== void 0 ? join(env.HOME, file.slice(2)) : file;
}
function inCluster({ context }) {
	if (!existsSync(SERVICE_ACCOUNT_TOKEN) || context !== void 0 && context !== IN_CLUSTER_CONTEXT) throw new KubestairError("KUBE_CONFIG", "There is no kubeconfig: $KUBECONFIG is not set and ~/.kube/config does not exist", { next: "Name the file in spec.access.kubeconfig or with --kubeconfig, or set $KUBECONFIG." });
	const config = new KubeConfig();
	config.loadFromCluster();
	return config;
}
/** Of several files, those that do not exist are passed over and the first to define a name wins, as in kubectl. */
async function readFiles(files) {
	const configs = [];
	for (const file of files) {
		const config = await readOne(file, files.length > 1);
		if (config !== void 0) configs.push(config);
	}
	const [merged, ...others] = configs;
	if (merged === void 0) throw noSuchFile(files.join(delimiter));
	for (const other of others) merge(merged, other);
	return merged;
}
async function readOne(file, mayBeMissing) {
	const config = new KubeConfig();
	try {
		config.loadFromString(await readFile(file, "utf8"));
		config.makePathsAbsolute(dirname(file));
		return config;
	} catch (cause) {
		const code = cause.code;
		if (code === "ENOENT" && mayBeMissing) return void 0;
		if (code === "ENOENT") throw noSuchFile(file);
		throw new KubestairError("KUBE_CONFIG", `The kubeconfig ${file} cannot be read: ${code ?? "it is no kubeconfig in YAML or JSON"}`, {
			object: file,
			next: `Try it with kubectl --kubeconfig ${file} config view.`
		});
	}
}
function noSuchFile(file) {
	return new KubestairError("KUBE_CONFIG", `The kubeconfig ${file} does not exist`, {
		object: file,
		next: "Correct spec.access.kubeconfig, --kubeconfig or $KUBECONFIG; a path in the cluster file starts from that file."
	});
}
function merge(into, from) {
	for (const cluster of from.clusters) if (into.getCluster(cluster.name) === null) into.addCluster(cluster);
	for (const user of from.users) if (into.getUser(user.name) === null) into.addUser(user);
	for (const context of from.contexts) if (into.getContextObject(context.name) === null) into.addContext(context);
	if (!into.currentContext && from.currentContext) into.setCurrentContext(from.currentContext);
}
function chooseContext(config, wanted, files) {
	const name = wanted ?? config.getCurrentContext();
	const names = config.getContexts().map((context) => context.name);
	if (names.includes(name)) return name;
	throw new KubestairError("KUBE_CONFIG", `${name ? `${files} has no context "${name}"` : `${files} has no current context`}; ${names.length === 0 ? "it has none at all" : `it has ${names.map((each) => `"${each}"`).join(", ")}`}`, {
		object: files,
		next: "Name one of its contexts in spec.access.context."
	});
}
// src/adapters/kube.ts
/** An apiserver ends every request but watches after 60 s itself (--request-timeout); a watch answers its headers at once. */
const HEADERS_TIMEOUT$1 = 75e3;
const GET_RETRIES = 4;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8e3;
/**
* Opens the API of the kubeconfig's cluster. Nothing is sent yet.
* @throws KubestairError KUBE_CONFIG
*/
async function openKube(options, log) {
	const config = await loadKubeconfig(options);
	const context = config.getCurrentContext();
	const url = new URL(config.getCurrentCluster()?.server ?? "");
	return kubeOver({
		origin: url.origin,
		basePath: url.pathname.replace(/\/$/, ""),
		server: url.host,
		context,
		userAgent: options.userAgent,
		authentication: openAuthentication(config, () => loadKubeconfig({
			...options,
			context
		})),
		log
	});
}
/** The port over a connection, however that came about. */
function kubeOver(connection) {
	return {
		server: connection.server,
		context: connection.context,
		request: (request) => retrying(connection, request, async () => parseBody(await send$1(connection, request), request)),
		stream: (request) => retrying(connection, request, async () => chunksOf(connection, request, await send$1(connection, request)))
	};
}
async function retrying(connection, request, attempt) {
	const { signal } = request;
	const name = `${request.method ?? "GET"} ${request.path}`;
	try {
		return await pRetry(attempt, {
			retries: request.retries ?? (request.method === void 0 || request.method === "GET" ? GET_RETRIES : 0),
			minTimeout: FIRST_PAUSE,
			maxTimeout: LONGEST_PAUSE,
			randomize: true,
			signal,
			shouldRetry: ({ error }) => signal?.aborted !== true && worthAnotherTry(error),
			onFailedAttempt: async ({ error, retriesLeft }) => {
				if (retriesLeft === 0 || signal?.aborted === true || !worthAnotherTry(error)) return;
				connection.log.debug(`${name}: ${error.message}; trying again`);
				await pause(retryAfterSeconds(error), signal);
			}
		});
	} catch (thrown) {
		signal?.throwIfAborted();
		if (thrown instanceof KubeStatusError || thrown instanceof KubestairError) throw thrown;
		throw unreachable$1(connection, thrown);
	}
}
/** One request with current credentials; a 401 gets one more try with new ones, since tokens expire. */
async function send$1(connection, request) {
	const first = await sendOnce(connection, request);
	if (first.statusCode !== 401) return accepted(first);
	await first.body.dump();
	connection.authentication.renew();
	const second = await sendOnce(connection, request);
	if (second.statusCode !== 401) return accepted(second);
	throw unauthorized(connection, await readRefusal$1(second));
}
async function sendOnce(connection, request) {
	const { headers, dispatcher } = await connection.authentication.credentials();
	const method = request.method ?? "GET";
	const started = performance.now();
	const response = await dispatcher.request({
		origin: connection.origin,
		path: connection.basePath + request.path,
		method,
		headers: {
			...headers,
			...headersOf(connection, request)
		},
		body: request.body === void 0 ? null : JSON.stringify(request.body),
		headersTimeout: HEADERS_TIMEOUT$1,
		signal: request.signal ?? null
	});
	const took = Math.round(performance.now() - started);
	connection.log.debug(`${method} ${request.path} ${response.statusCode} in ${took} ms`);
	return response;
}
function headersOf(connection, { method, accept, body, contentType }) {
	const fallback = method === "PATCH" ? "application/merge-patch+json" : "application/json";
	return {
		"user-agent": connection.userAgent,
		accept: accept ?? "application/json",
		"accept-encoding": "gzip",
		...body === void 0 ? {} : { "content-type": contentType ?? fallback }
	};
}
async function accepted(response) {
	if (response.statusCode >= 400) throw await readRefusal$1(response);
	return plainBody(response);
}
async function readRefusal$1(response) {
	return refusalOf$1(response, await text(plainBody(response)));
}
/** undici's own decompression is marked experimental, and says so on stderr. */
function plainBody({ headers, body }) {
	if (headers["content-encoding"] !== "gzip") return body;
	return pipeline(body, createGunzip(), () => {});
}
async function parseBody(body, { method, path }) {
	const answer = await text(body);
	try {
		return JSON.parse(answer);
	} catch (cause) {
		throw new KubestairError("KUBE_REQUEST", `${method ?? "GET"} ${path} was answered by something that is not JSON`, {
			next: "Check that the kubeconfig names an API server, and no proxy or login page before it.",
			cause
		});
	}
}
async function* chunksOf(connection, { signal }, body) {
	try {
		yield* body;
	} catch (thrown) {
		signal?.throwIfAborted();
		throw unreachable$1(connection, thrown);
	}
}
async function pause(seconds, signal) {
	if (seconds === 0) return;
	const { promise, resolve } = Promise.withResolvers();
	const timer = setTimeout(resolve, seconds * 1e3);
	signal?.addEventListener("abort", () => resolve(), { once: true });
	await promise.finally(() => clearTimeout(timer));
}
// src/adapters/metrics.ts
/** For the answer to begin: an API server puts its metrics together first. */
const HEADERS_TIMEOUT = 3e4;
const STALL_TIMEOUT = 3e4;
/** Opens the metrics of a component. Nothing is sent yet. */
function openMetrics({ socketPath, serverName, path, tls }) {
	const client = new import_undici.Client(`https://${serverName}`, {
		connect: {
			...tls,
			socketPath,
			servername: serverName
		},
		headersTimeout: HEADERS_TIMEOUT,
		bodyTimeout: STALL_TIMEOUT
	});
	return {
		async *lines(signal) {
			const { statusCode, headers, body } = await client.request({
				method: "GET",
				path,
				headers: {
					accept: "text/plain",
					"accept-encoding": "gzip"
				},
				signal: signal ?? null
			});
			if (statusCode !== 200) {
				await body.dump();
				throw new Error(`${path} was answered with ${statusCode}`);
			}
			yield* linesOf(headers["content-encoding"] === "gzip" ? pipeline(body, createGunzip(), () => {}) : body);
		},
		close: () => client.destroy()
	};
}
async function* linesOf(stream) {
	let rest = "";
	for await (const chunk of stream.setEncoding("utf8")) {
		const lines = `${rest}${chunk}`.split("\n");
		rest = lines.pop() ?? "";
		yield* lines;
	}
	if (rest !== "") yield rest;
}
// src/adapters/ssh-config.ts
/**
* An ssh_config in which the first value wins, so what stands first cannot be loosened by the user's files that it includes.
* It is given with `-F`, which ssh hands on to the connections of a ProxyJump: they are as strict as the last one
* (ssh.c of OpenSSH 9.2: options of the command line are not handed on, `-F` is).
*/
function strictConfig(ssh) {
	const own = [...STRICT, ...ownOptions(ssh)].map(([name, value]) => `  ${name} ${value}`);
	const includes = includedFiles(ssh).map((file) => `Include ${quoted(file)}`);
	return `Host *\n${own.join("\n")}\n${includes.join("\n")}\n`;
}
/** Arguments for one host that must not reach its jump hosts: where it is, and the connection that its commands share. */
function hostArguments(configFile, controlPath, ssh) {
	return [
		...[
			"-F",
			configFile,
			"-S",
			controlPath
		],
		...ssh.user === void 0 ? [] : ["-l", ssh.user],
		...ssh.port === void 0 ? [] : ["-p", String(ssh.port)],
		...ssh.proxyJump === void 0 ? [] : ["-J", ssh.proxyJump]
	];
}
/** Arguments that tell a shared connection to open or end a tunnel from a local Unix socket. */
function forwardArguments(command, socketPath, to) {
	return [
		"-O",
		command,
		"-o",
		"ClearAllForwardings=no",
		"-L",
		`${socketPath}:${forwardTarget(to)}`
	];
}
function forwardTarget(to) {
	if ("socket" in to) return to.socket;
	return `${to.host.includes(":") ? `[${to.host}]` : to.host}:${to.port}`;
}
/** `user@address:port` as far as the configuration says. */
function targetOf(address, ssh) {
	return `${ssh.user === void 0 ? "" : `${ssh.user}@`}${address.includes(":") ? `[${address}]` : address}:${ssh.port ?? 22}`;
}
const STRICT = [
	["StrictHostKeyChecking", "yes"],
	["BatchMode", "yes"],
	["ForwardAgent", "no"],
	["ForwardX11", "no"],
	["UpdateHostKeys", "no"],
	["VerifyHostKeyDNS", "no"],
	["NoHostAuthenticationForLocalhost", "no"],
	["ControlMaster", "no"],
	["ControlPath", "none"],
	["PermitLocalCommand", "no"],
	["RemoteCommand", "none"],
	["RequestTTY", "no"],
	["EscapeChar", "none"],
	["LogLevel", "ERROR"],
	["ConnectTimeout", "10"],
	["ServerAliveInterval", "5"],
	["ServerAliveCountMax", "3"]
];
function ownOptions(ssh) {
	const options = [];
	if (ssh.knownHostsFile !== void 0) options.push(["UserKnownHostsFile", quoted(literal(ssh.knownHostsFile))]);
	if (ssh.identityFile !== void 0) options.push(["IdentityFile", quoted(literal(ssh.identityFile))], ["IdentitiesOnly", "yes"]);
	return options;
}
function includedFiles(ssh) {
	if (ssh.configFile === "none") return [];
	return ssh.configFile === void 0 ? ["~/.ssh/config", "/etc/ssh/ssh_config"] : [ssh.configFile];
}
function literal(path) {
	return path.replaceAll("%", "%%");
}
function quoted(path) {
	return `"${path.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`;
}
// src/adapters/ssh-errors.ts
/**
* What ssh's messages mean, in the order in which they are looked for: a changed key also ends in "Host key verification failed".
* Source: sshconnect.c, sshconnect2.c, misc.c of OpenSSH 9.2.
*/
function connectionError(host, stderr) {
	if (/REMOTE HOST IDENTIFICATION HAS CHANGED|has changed and you have requested strict checking/.test(stderr)) return keyChanged(host, stderr);
	if (/No .*host key is known for|Host key verification failed/.test(stderr)) return keyUnknown(host, stderr);
	if (/Permission denied|Too many authentication failures|No more authentication methods/.test(stderr)) return new KubestairError("HOST_AUTH", `${host.target} does not accept the SSH user or key: ${lastLine(stderr)}`, {
		object: `Node/${host.name}`,
		next: `Try it by hand: ssh ${commandTarget(host.target)} true. The user and key are those of spec.access.ssh, or of your agent and ssh_config.`
	});
	const misread = /Bad owner or permissions on (.+)/.exec(stderr)?.[1];
	if (misread !== void 0) return new KubestairError("HOST_UNREACHABLE", `ssh does not read ${misread}, which others may write`, {
		object: `Node/${host.name}`,
		next: `Make it yours alone to write: chmod go-w ${misread}`
	});
	return unreachable(host, lastLine(stderr) || "the connection ended without a word");
}
/** A host that does not answer, or stopped answering. */
function unreachable(host, reason, cause) {
	return new KubestairError("HOST_UNREACHABLE", `${host.target} does not answer over SSH: ${reason}`, {
		object: `Node/${host.name}`,
		next: `Try it by hand: ssh ${commandTarget(host.target)} true. If the node is reached another way, set spec.access.ssh.addresses.${host.name} or proxyJump.`,
		cause
	});
}
/** A script that ended with an error on the host: sudo's refusal is told apart from the script's own. */
function commandError(host, result) {
	return new KubestairError("HOST_COMMAND", `A command on ${host.name} ended with exit code ${result.exitCode}: ${lastLine(result.stderr) || "it said nothing"}`, {
		object: `Node/${host.name}`,
		next: `Look at the host: ssh ${commandTarget(host.target)}`
	});
}
/** Whether sudo itself refused, as opposed to the script that it should have run. Source: sudo 1.9, logging.c and auth/sudo_auth.c. */
function sudoRefused(stderr) {
	return /^sudo: (a password is required|a terminal is required|sorry, you must have a tty|no tty present)|is not in the sudoers file|may not run sudo|is not allowed to (run|execute)|sudo: (command )?not found/m.test(stderr);
}
/** The SSH user has no sudo, or sudo asks for a password. */
function sudoError(host, stderr) {
	return new KubestairError("HOST_SUDO", `sudo on ${host.name} refuses: ${lastLine(stderr)}`, {
		object: `Node/${host.name}`,
		next: `Let the user run sudo without a password, for example with "<user> ALL=(root) NOPASSWD: ALL" in /etc/sudoers.d on ${host.name}.`
	});
}
function keyChanged(host, stderr) {
	const changed = /Host key for (\S+) has changed/.exec(stderr)?.[1] ?? host.target;
	const shown = /^(SHA256:\S+?)\.?$/m.exec(stderr)?.[1];
	const offending = /Offending \S+ key in (.+):(\d+)/.exec(stderr);
	const location = offending === null ? void 0 : {
		file: offending[1] ?? "",
		line: Number(offending[2])
	};
	return new KubestairError("HOST_KEY_CHANGED", `${changed} ${shown === void 0 ? "shows another key" : `shows the key ${shown}, which is another`} than known_hosts has for it`, {
		object: `Node/${host.name}`,
		...location === void 0 ? {} : { location },
		next: `Somebody may be listening in between. If the host was made anew, compare its fingerprint on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then replace the line in known_hosts (ssh-keygen -R ${changed}${location === void 0 ? "" : ` -f ${location.file}`}).`
	});
}
function keyUnknown(host, stderr) {
	const unknown = /host key is known for (\S+)/.exec(stderr)?.[1] ?? host.target;
	return new KubestairError("HOST_KEY_UNKNOWN", `known_hosts has no key for ${unknown}`, {
		object: `Node/${host.name}`,
		next: `Get the key (ssh-keyscan -t ed25519 ${unknown}), compare it with the host's own on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), and add it to known_hosts.`
	});
}
function commandTarget(target) {
	const match = /^(.*?)\[?([^@[\]]+?)\]?:(\d+)$/.exec(target);
	if (match === null) return target;
	const [, user = "", address = "", port = "22"] = match;
	return port === "22" ? `${user}${address}` : `-p ${port} ${user}${address}`;
}
function lastLine(text) {
	return text.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^@+$/.test(line.trim())).at(-1)?.trim() ?? "";
}
// src/adapters/ssh-limits.ts
/** The caller's signal and the command's own time limit as one signal. */
function limited(host, { signal, timeoutSeconds }) {
	const limit = new AbortController();
	const seconds = timeoutSeconds ?? 0;
	const expire = () => {
		limit.abort(unreachable(host, `a command did not end within ${seconds} s`));
	};
	const timer = timeoutSeconds === void 0 ? void 0 : setTimeout(expire, seconds * 1e3);
	return {
		signal: signal === void 0 ? limit.signal : AbortSignal.any([signal, limit.signal]),
		[Symbol.dispose]: () => clearTimeout(timer)
	};
}
/** Work that others share: whoever gives up waiting for it must not end it for them. */
async function untilAborted(work, signal) {
	if (signal === void 0) return work;
	signal.throwIfAborted();
	const aborted = Promise.withResolvers();
	const abort = () => aborted.reject(signal.reason);
	signal.addEventListener("abort", abort, { once: true });
	try {
		return await Promise.race([work, aborted.promise]);
	} finally {
		signal.removeEventListener("abort", abort);
	}
}
// src/adapters/ssh-process.ts
/** Starts the system's ssh. */
function startSsh(args) {
	const child = spawn("ssh", args, {
		stdio: [
			"pipe",
			"pipe",
			"pipe"
		],
		env: {
			...process.env,
			LC_ALL: "C"
		}
	});
	let stderr = "";
	let startError;
	child.stderr.setEncoding("utf8").on("data", (text) => {
		stderr = (stderr + text).slice(-65536);
	});
	child.stdin.on("error", () => {});
	const ended = new Promise((resolve) => {
		child.on("error", (error) => {
			startError = error;
			resolve(void 0);
		});
		child.on("close", (code) => resolve(code ?? void 0));
	});
	return {
		stdin: child.stdin,
		stdout: child.stdout,
		stderr: () => stderr,
		ended,
		startError: () => startError,
		kill: () => void child.kill("SIGTERM")
	};
}
/** Gives a process its input and takes what it prints. @throws what the input throws; the process is killed then */
async function collect(running, input) {
	const chunks = [];
	running.stdout.on("data", (chunk) => chunks.push(chunk));
	if (typeof input === "string") running.stdin.end(input);
	else await feed(running, input);
	return {
		exitCode: await running.ended ?? 255,
		stdout: Buffer.concat(chunks).toString("utf8"),
		stderr: running.stderr()
	};
}
/** As fast as the process reads. One that ends before its input does says why with its exit code. */
async function feed(running, input) {
	const { stdin } = running;
	let resume = () => {};
	stdin.on("drain", () => resume()).once("close", () => resume());
	try {
		for await (const chunk of input) {
			if (stdin.destroyed) return;
			if (stdin.write(chunk)) continue;
			await new Promise((resolve) => {
				resume = resolve;
				if (stdin.destroyed) resolve();
			});
		}
	} catch (thrown) {
		running.kill();
		throw thrown;
	}
	stdin.end();
}
/** Kills the process when the signal aborts; dispose when the process has ended. */
function killOn(signal, running) {
	const kill = () => running.kill();
	if (signal?.aborted === true) kill();
	signal?.addEventListener("abort", kill, { once: true });
	return { [Symbol.dispose]: () => signal?.removeEventListener("abort", kill) };
}
/** Waits for a line on standard output, or for the end of the process. */
async function firstLine(running, line) {
	let text = "";
	const seen = new Promise((resolve) => {
		running.stdout.on("data", (chunk) => {
			text = (text + chunk.toString("utf8")).slice(-65536);
			if (text.includes(line)) resolve("seen");
		});
	});
	return Promise.race([seen, running.ended.then(() => "ended")]);
}
/** Waits for the process's end, and brings it about after a time. */
async function endWithin(running, milliseconds) {
	const timer = setTimeout(() => running.kill(), milliseconds);
	await running.ended;
	clearTimeout(timer);
}
// src/adapters/ssh-master.ts
/** Longer than ConnectTimeout for the host and for a jump host before it. */
const CONNECT_MILLISECONDS = 45e3;
const READY = "kubestair-connected";
/**
* Logs in and keeps the connection. The remote end waits for the end of our standard input, so the connection ends with this
* process whatever happens to it: no background ssh stays behind.
* @throws KubestairError HOST_UNREACHABLE, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, HOST_AUTH
*/
async function startMaster(host, args, address) {
	const remote = `sh -c 'echo ${READY}; exec cat >/dev/null'`;
	const running = startSsh([
		...args,
		"-M",
		"-o",
		"ControlPersist=no",
		"--",
		address,
		remote
	]);
	const deadline = setTimeout(() => running.kill(), CONNECT_MILLISECONDS);
	const outcome = await firstLine(running, READY);
	clearTimeout(deadline);
	if (outcome === "ended") throw await startFailure(host, running);
	return {
		ended: running.ended,
		async close() {
			running.stdin.end();
			await endWithin(running, 1e3);
		}
	};
}
async function startFailure(host, running) {
	const code = await running.ended;
	const startError = running.startError();
	if (startError !== void 0) return unreachable(host, `ssh could not be started (${startError.message}); install the OpenSSH client`, startError);
	if (code === void 0 && running.stderr().trim() === "") return unreachable(host, `no login within ${CONNECT_MILLISECONDS / 1e3} s`);
	return connectionError(host, running.stderr());
}
// src/adapters/ssh-script.ts
/**
* What ssh runs on a host: a shell that reads the script from standard input, so that nothing of it shows in a process list.
* The outer shell speaks POSIX whatever the user's login shell is, and keeps 255 for ssh's own trouble.
*/
function remoteCommand(sudo) {
	return `sh -c '${sudo ? "if [ \"$(id -u)\" = 0 ]; then sh -s; else sudo -n sh -s; fi" : "sh -s"}; c=$?; if [ $c = 255 ]; then exit 254; fi; exit $c'`;
}
/**
* Runs a script whose standard input is somebody's data. It comes as base64, in which no shell finds anything to expand.
*/
function remoteReader(script, sudo) {
	const shell = sudo ? "if [ \"$(id -u)\" = 0 ]; then sh -c \"$s\"; else sudo -n sh -c \"$s\"; fi" : "sh -c \"$s\"";
	return `sh -c 's=$(echo ${Buffer.from(script).toString("base64")} | base64 -d); ${shell}; c=$?; if [ $c = 255 ]; then exit 254; fi; exit $c'`;
}
/**
* A script as it goes to the shell's standard input. The group is parsed to its end before anything runs, so half a script,
* sent over a connection that broke, does nothing; and no command of it reads the rest of the script as its own input.
*/
function framed(script) {
	return `{\n${script}\n} </dev/null\n`;
}
// src/adapters/ssh-host.ts
/** One host over the system's ssh; connects when it is first used, and again when the connection is lost. */
function openHost({ name, address, index, ssh, ready }) {
	const identity = {
		name,
		target: targetOf(address, ssh)
	};
	let session;
	let generation = 0;
	let tunnels = 0;
	const connect = () => {
		session ??= open();
		return session;
	};
	const open = async () => {
		generation += 1;
		const opened = generation;
		const forget = () => {
			if (generation === opened) session = void 0;
		};
		try {
			const directory = await ready();
			const socket = path.join(directory, `m${index}-${opened}`);
			const args = hostArguments(path.join(directory, "config"), socket, ssh);
			const master = await startMaster(identity, args, address);
			master.ended.then(forget);
			return {
				args,
				master
			};
		} catch (thrown) {
			forget();
			throw thrown;
		}
	};
	const start = async (options, command = remoteCommand(options.sudo === true)) => {
		const { args } = await untilAborted(connect(), options.signal);
		return startSsh([
			...args,
			"-o",
			"ControlMaster=no",
			"--",
			address,
			command
		]);
	};
	const failure = (result, sudo) => {
		if (result.exitCode === 0) return void 0;
		if (result.exitCode === 255) return connectionError(identity, result.stderr);
		if (sudo && sudoRefused(result.stderr)) return sudoError(identity, result.stderr);
		return commandError(identity, result);
	};
	return {
		...identity,
		async run(script, options = {}) {
			using limit = limited(identity, options);
			const running = await start({
				...options,
				signal: limit.signal
			});
			using _ = killOn(limit.signal, running);
			const result = await collect(running, framed(script));
			limit.signal.throwIfAborted();
			const error = failure(result, options.sudo === true);
			if (error === void 0 || options.allowFailure === true && error.code === "HOST_COMMAND") return result;
			throw error;
		},
		async *stream(script, options = {}) {
			using limit = limited(identity, options);
			const running = await start({
				...options,
				signal: limit.signal
			});
			using _ = killOn(limit.signal, running);
			try {
				running.stdin.end(framed(script));
				yield* running.stdout;
				const exitCode = await running.ended ?? 255;
				limit.signal.throwIfAborted();
				const error = failure({
					exitCode,
					stdout: "",
					stderr: running.stderr()
				}, options.sudo === true);
				if (error !== void 0) throw error;
			} finally {
				running.kill();
			}
		},
		async send(script, source, options = {}) {
			using limit = limited(identity, options);
			const command = remoteReader(script, options.sudo === true);
			const running = await start({
				...options,
				signal: limit.signal
			}, command);
			using _ = killOn(limit.signal, running);
			const result = await collect(running, source);
			limit.signal.throwIfAborted();
			const error = failure(result, options.sudo === true);
			if (error !== void 0) throw error;
			return result;
		},
		async tunnel(to, signal) {
			const { args } = await untilAborted(connect(), signal);
			tunnels += 1;
			const socketPath = path.join(await ready(), `t${index}-${tunnels}`);
			const control = (command) => [
				...args,
				...forwardArguments(command, socketPath, to),
				...["--", address]
			];
			const result = await collect(startSsh(control("forward")), "");
			if (result.exitCode !== 0) throw connectionError(identity, result.stderr);
			return {
				socketPath,
				async close() {
					await collect(startSsh(control("cancel")), "");
					await rm(socketPath, { force: true });
				}
			};
		},
		async close() {
			const current = await session?.catch(() => void 0);
			session = void 0;
			await current?.master.close();
		}
	};
}
// src/adapters/ssh.ts
/**
* Hosts over the system's OpenSSH: strict host keys for the host and every jump host, no agent forwarding, no prompts, and
* one connection a host that all its commands share. Keys, agents, jump hosts and aliases of the user's ssh_config work.
*/
function openHosts(ssh) {
	let directory;
	const ready = () => {
		directory ??= makeDirectory(ssh);
		return directory;
	};
	const hosts = /* @__PURE__ */ new Map();
	return {
		hostOf({ name, address }) {
			const known = hosts.get(name);
			if (known !== void 0) return known;
			const host = openHost({
				name,
				address: ssh.addresses[name] ?? address,
				index: hosts.size,
				ssh,
				ready
			});
			hosts.set(name, host);
			return host;
		},
		async close() {
			await Promise.all([...hosts.values()].map((host) => host.close()));
			if (directory !== void 0) await rm(await directory, {
				recursive: true,
				force: true
			});
			directory = void 0;
		}
	};
}
async function makeDirectory(ssh) {
	const base = tmpdir().length > 53 ? "/tmp" : tmpdir();
	const directory = await mkdtemp(path.join(base, "kubestair-"));
	await writeFile(path.join(directory, "config"), strictConfig(ssh), { mode: 384 });
	return directory;
}
// src/adapters/directory-errors.ts
/** What a failed file operation below the store's directory means to its user. */
function directoryError(error, root, object) {
	const message = error instanceof Error ? error.message : String(error);
	const details = {
		object,
		cause: error
	};
	switch (codeOf(error)) {
		case "EEXIST": return new KubestairError("BACKUP_EXISTS", `${object} exists already`, {
			...details,
			next: "Run the command again: it chooses another id."
		});
		case "ENOENT":
		case "ENOTDIR": return new KubestairError("STORE_NOT_FOUND", `the backup directory ${root} does not exist`, {
			...details,
			next: `Mount the disk or make the directory: mkdir -p ${root}`
		});
		case "EACCES":
		case "EPERM":
		case "EROFS": return new KubestairError("STORE_REFUSED", `the backup directory ${root} may not be used: ${message}`, {
			...details,
			next: `Give this user the right to read and write ${root}.`
		});
		case "ENOSPC":
		case "EDQUOT": return new KubestairError("STORE_FAILED", `the backup directory ${root} is full`, {
			...details,
			next: "Free space, or delete old backups, then run the command again."
		});
		default: return new KubestairError("STORE_FAILED", `the backup directory ${root} failed: ${message}`, {
			...details,
			next: "Look at the disk and the mount, then run the command again."
		});
	}
}
/** `ENOENT` and the like; empty for what is no system error. */
function codeOf(error) {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}
// src/adapters/guarded-source.ts
/** Watches a stream that is handed to a library, so that its error comes out as it went in; ends it when the signal aborts. */
function guardSource(source, signal) {
	let failure;
	async function* pass() {
		try {
			signal?.throwIfAborted();
			if (source instanceof Uint8Array) {
				yield source;
				return;
			}
			for await (const chunk of source) {
				signal?.throwIfAborted();
				yield chunk;
			}
		} catch (error) {
			failure = { error };
			throw error;
		}
	}
	return {
		bytes: pass(),
		failure: () => failure
	};
}
// src/adapters/store-probe.ts
/**
* Proves that a store does what backups and locks rest on: a create-only write, a second one that is refused, the same bytes
* back, and a delete. A store that ignores create-only writes is refused, since two runs could then hold the same lock and a
* manifest could be replaced unnoticed.
* @param key A key that nothing else uses.
* @throws KubestairError STORE_REFUSED, STORE_CORRUPT, and what put(), get() and delete() throw
*/
async function probeStore(store, key, signal) {
	const body = Buffer.from(`Kubestair writes, reads and deletes this object to prove that it can: ${key}\n`);
	await store.put(key, body, {
		createOnly: true,
		signal
	});
	try {
		const stored = await store.get(key, signal);
		const read = stored === void 0 ? void 0 : await buffer(stored);
		if (!read?.equals(body)) {
			const finding = read === void 0 ? "nothing" : `${read.length} other bytes`;
			throw new KubestairError("STORE_CORRUPT", `${body.length} bytes were written, ${finding} came back`, {
				object: `${store.url}/${key}`,
				next: "Update the S3 server: some keep the framing of the request inside the object."
			});
		}
		if (!await refusesSecond(store, key, body, signal)) throw new KubestairError("STORE_REFUSED", "the store overwrites objects that were to be created only", {
			object: store.url,
			next: "Use a store with conditional writes (If-None-Match on PutObject), such as Amazon S3, Cloudflare R2, MinIO or versitygw, or file://."
		});
	} finally {
		await store.delete(key, signal?.aborted ? void 0 : signal);
	}
}
async function refusesSecond(store, key, body, signal) {
	try {
		await store.put(key, Buffer.concat([body, body]), {
			createOnly: true,
			signal
		});
		return false;
	} catch (error) {
		if (error instanceof KubestairError && error.code === "BACKUP_EXISTS") return true;
		throw error;
	}
}
// src/adapters/directory.ts
const TEMPORARY = ".kubestair-tmp-";
/**
* A directory as a store. Objects are files that appear whole: written beside their place, synced, then linked (create-only) or
* renamed into it. Only the owner can read them, since backups hold Secrets.
* @param root An absolute path.
* @param randomId Makes names that no other process makes.
*/
function openDirectory(root, randomId) {
	const url = `file://${root}`;
	const store = {
		url,
		put,
		get,
		list,
		delete: remove
	};
	return {
		...store,
		probe: (prefix, signal) => probeStore(store, `${prefix}probe-${randomId()}`, signal)
	};
	async function put(key, body, { createOnly = false, signal } = {}) {
		const path = pathOf(key);
		const source = guardSource(body, signal);
		try {
			await requireRoot();
			const { file, temporary } = await openTemporary(dirname(path));
			try {
				await fill(file, source.bytes);
				if (createOnly) await link(temporary, path);
				else await rename(temporary, path);
			} finally {
				await rm(temporary, { force: true });
			}
			await syncDirectory(dirname(path));
		} catch (error) {
			const failure = source.failure();
			if (failure) throw failure.error;
			throw storeError(error, key);
		}
	}
	async function get(key, signal) {
		const path = pathOf(key);
		try {
			await stat(path);
		} catch (error) {
			if (codeOf(error) === "ENOENT") return void 0;
			throw storeError(error, key);
		}
		return read(path, key, signal);
	}
	async function* read(path, key, signal) {
		try {
			yield* createReadStream(path, {
				highWaterMark: 262144,
				...signal && { signal }
			});
		} catch (error) {
			signal?.throwIfAborted();
			throw storeError(error, key);
		}
	}
	async function* list(prefix, signal) {
		try {
			await requireRoot();
		} catch (error) {
			throw storeError(error, prefix);
		}
		const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
		for await (const path of walk$1(join(root, folder), signal)) {
			const key = relative(root, path).replaceAll(sep, "/");
			if (!key.startsWith(prefix)) continue;
			const found = await stat(path).catch(ignoreMissing);
			if (found) yield {
				key,
				size: found.size,
				modified: found.mtime
			};
		}
	}
	async function remove(key) {
		const path = pathOf(key);
		try {
			await rm(path, { force: true });
			await pruneEmpty(dirname(path));
		} catch (error) {
			throw storeError(error, key);
		}
	}
	/** Empty folders say nothing in a store, where only objects exist. */
	async function pruneEmpty(folder) {
		for (let at = folder; at.startsWith(`${root}/`); at = dirname(at)) try {
			await rmdir(at);
		} catch {
			return;
		}
	}
	/** A missing root may be a disk that is not mounted: never make it. */
	async function requireRoot() {
		if ((await stat(root)).isDirectory()) return;
		throw Object.assign(/* @__PURE__ */ new Error(`${root} is not a directory`), {
			code: "ENOTDIR",
			path: root
		});
	}
	async function openTemporary(folder) {
		const temporary = join(folder, `${TEMPORARY}${randomId()}`);
		await mkdir(folder, {
			recursive: true,
			mode: 448
		});
		try {
			return {
				file: await open(temporary, "wx", 384),
				temporary
			};
		} catch (error) {
			if (codeOf(error) !== "ENOENT") throw error;
			await mkdir(folder, {
				recursive: true,
				mode: 448
			});
			return {
				file: await open(temporary, "wx", 384),
				temporary
			};
		}
	}
	function pathOf(key) {
		const path = join(root, key);
		if (path.startsWith(`${root}/`) && !key.endsWith("/")) return path;
		throw new KubestairError("STORE_FAILED", `${JSON.stringify(key)} is no key of a store`, { object: url });
	}
	function storeError(error, key) {
		if (error instanceof KubestairError) return error;
		return directoryError(error, root, `${url}/${key}`);
	}
}
async function fill(file, bytes) {
	try {
		for await (const chunk of bytes) await file.writeFile(chunk);
		await file.sync();
	} finally {
		await file.close();
	}
}
/** So that a new name survives a power cut. */
async function syncDirectory(folder) {
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
/** Files below a folder in the order of their keys, in which `a-b` comes before `a/b`. */
async function* walk$1(folder, signal) {
	signal?.throwIfAborted();
	const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreMissing) ?? [];
	const sortKey = (entry) => entry.isDirectory() ? `${entry.name}/` : entry.name;
	entries.sort((a, b) => sortKey(a) < sortKey(b) ? -1 : 1);
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* walk$1(path, signal);
		else if (!entry.name.startsWith(TEMPORARY)) yield path;
	}
}
function ignoreMissing(error) {
	if (codeOf(error) === "ENOENT") return void 0;
	throw error;
}
// src/adapters/s3-errors.ts
var import_dist_cjs = require_dist_cjs();
var import_dist_cjs$1 = require_dist_cjs$1();
const CREDENTIALS = /^(AccessDenied|AllAccessDisabled|AccountProblem|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|ExpiredTokenException|TokenRefreshRequired|CredentialsProviderError|UnrecognizedClientException|InvalidClientTokenId)$/;
const REGION = /^(AuthorizationHeaderMalformed|PermanentRedirect|IllegalLocationConstraintException|Redirect)$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/;
const NO_ANSWER = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError|ERR_INVALID_URL)$/;
/** What a failed S3 request means to its user. @param object `s3://bucket/key` */
function s3Error(error, object, bucket) {
	if (error instanceof KubestairError) return error;
	const failure = describe$3(error);
	const said = failure.message === "" ? failure.name : failure.message;
	const details = {
		object,
		cause: error
	};
	if (failure.name === "NoSuchBucket") return new KubestairError("STORE_NOT_FOUND", `the bucket ${bucket} does not exist`, {
		...details,
		next: "Create the bucket, or correct spec.backup.store, endpoint and region."
	});
	if (failure.status === 412) return new KubestairError("BACKUP_EXISTS", `${object} exists already`, {
		...details,
		next: "Run the command again: it chooses another id."
	});
	if (failure.message === "Region is missing") return new KubestairError("STORE_REFUSED", "no region is set for the backup store", {
		...details,
		next: "Set spec.backup.region or AWS_REGION."
	});
	if (REGION.test(failure.name) || failure.status === 301) return new KubestairError("STORE_REFUSED", `the bucket ${bucket} is not in the region that was asked: ${said}`, {
		...details,
		next: "Correct spec.backup.region (or AWS_REGION) and spec.backup.endpoint."
	});
	if (failure.name === "RequestTimeTooSkewed") return new KubestairError("STORE_REFUSED", `the clocks of this machine and of the store differ: ${said}`, {
		...details,
		next: "Set the clock of this machine."
	});
	if (CREDENTIALS.test(failure.name) || failure.status === 401 || failure.status === 403) return new KubestairError("STORE_REFUSED", `the backup store refuses access: ${failure.name}: ${said}`, {
		...details,
		next: `Give the run credentials (AWS_ACCESS_KEY_ID, a profile or a role) that may s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload on ${bucket}/* and s3:ListBucket on ${bucket}.`
	});
	if (failure.status >= 300 && failure.status < 500 && failure.status !== 409 && failure.status !== 429) return new KubestairError("STORE_REFUSED", `the backup store answered with ${failure.status} ${failure.name}: ${said}`, {
		...details,
		next: "Check that spec.backup.endpoint is an S3 endpoint, and that pathStyle is what it expects."
	});
	return new KubestairError("STORE_FAILED", `the backup store failed: ${said}`, {
		...details,
		next: "Look at the S3 server and the network to it, then run the command again."
	});
}
/** Before any work, a store that does not answer is bad input: most often a wrong endpoint. */
function s3ProbeError(error, url, endpoint) {
	if (!(error instanceof KubestairError) || error.code !== "STORE_FAILED") return error;
	const failure = describe$3(error.cause);
	const reason = failure.message || failure.code || failure.name;
	const details = {
		object: endpoint ?? url,
		cause: error.cause
	};
	if (CERTIFICATE.test(failure.code)) return new KubestairError("STORE_UNREACHABLE", `the certificate of the backup store is not trusted: ${reason}`, {
		...details,
		next: "Name the file of the store's certificate authority in NODE_EXTRA_CA_CERTS."
	});
	if (!NO_ANSWER.test(failure.code) && !NO_ANSWER.test(failure.name)) return error;
	return new KubestairError("STORE_UNREACHABLE", `the backup store does not answer: ${reason}`, {
		...details,
		next: "Check spec.backup.endpoint and that this machine reaches it."
	});
}
/** Whether a create-only write that found its key taken may have met its own first attempt, whose answer got lost. */
function mayBeOwnWrite(error) {
	const { status, attempts } = describe$3(error);
	return status === 412 && attempts > 1;
}
/** Two create-only writes met (409 ConditionalRequestConflict): S3 asks to send it again. */
function isConflict(error) {
	return describe$3(error).status === 409;
}
function isMissingKey(error) {
	const { name, status } = describe$3(error);
	return name === "NoSuchKey" || status === 404 && name !== "NoSuchBucket";
}
function describe$3(error) {
	if (!(error instanceof Error)) return {
		name: "",
		message: String(error),
		code: "",
		status: 0,
		attempts: 0
	};
	const { name, message, code, $metadata } = error;
	return {
		name,
		message,
		code: code ?? "",
		status: $metadata?.httpStatusCode ?? 0,
		attempts: $metadata?.attempts ?? 0
	};
}
// src/adapters/s3.ts
/** 10,000 parts of 8 MiB make 78 GiB, several times what etcd can hold; one upload buffers four of them at most. */
const PART_BYTES = 8388608;
const PARTS_AT_ONCE = 3;
const CONFLICT_ATTEMPTS = 3;
/** What a request under way when the run is stopped gets to end by itself. */
const ABORT_MILLISECONDS = 1500;
/** A bucket as a store; credentials come from the SDK's default chain. Nothing is sent yet. */
function openS3(options) {
	const { bucket, prefix } = options;
	const client = new import_dist_cjs.S3Client({
		...options.endpoint !== void 0 && { endpoint: options.endpoint },
		...options.region !== void 0 && { region: options.region },
		forcePathStyle: options.pathStyle,
		requestChecksumCalculation: "WHEN_REQUIRED",
		responseChecksumValidation: "WHEN_REQUIRED",
		maxAttempts: 5,
		requestHandler: {
			connectionTimeout: 5e3,
			socketTimeout: 6e4
		}
	});
	const url = `s3://${bucket}/${prefix}`.replace(/\/$/, "");
	const store = {
		url,
		put,
		get,
		list,
		delete: remove
	};
	return {
		...store,
		probe
	};
	async function put(key, body, { createOnly = false, contentType, signal } = {}) {
		const params = {
			Bucket: bucket,
			Key: prefix + key,
			...createOnly && { IfNoneMatch: "*" },
			...contentType !== void 0 && { ContentType: contentType }
		};
		if (body instanceof Uint8Array) await putBytes(key, body, params, signal);
		else await putStream(key, body, params, signal);
	}
	async function putBytes(key, body, params, signal) {
		for (let attempt = 1;; attempt++) try {
			await client.send(new import_dist_cjs.PutObjectCommand({
				...params,
				Body: body
			}), { ...signal && { abortSignal: signal } });
			return;
		} catch (error) {
			signal?.throwIfAborted();
			if (isConflict(error) && attempt < CONFLICT_ATTEMPTS) continue;
			if (mayBeOwnWrite(error) && await holds(key, body, signal)) return;
			throw s3Error(error, `${url}/${key}`, bucket);
		}
	}
	async function putStream(key, body, params, signal) {
		const source = guardSource(body, signal);
		const upload = new import_dist_cjs$1.Upload({
			client,
			params: {
				...params,
				Body: Readable.from(source.bytes, { objectMode: false })
			},
			partSize: PART_BYTES,
			queueSize: PARTS_AT_ONCE
		});
		const abortLate = () => void setTimeout(() => upload.abort(), ABORT_MILLISECONDS).unref();
		signal?.addEventListener("abort", abortLate, { once: true });
		try {
			await upload.done();
		} catch (error) {
			signal?.throwIfAborted();
			const failure = source.failure();
			if (failure) throw failure.error;
			throw s3Error(error, `${url}/${key}`, bucket);
		} finally {
			signal?.removeEventListener("abort", abortLate);
		}
	}
	async function holds(key, body, signal) {
		const stored = await get(key, signal);
		return stored !== void 0 && (await buffer(stored)).equals(body);
	}
	async function get(key, signal) {
		try {
			return read((await client.send(new import_dist_cjs.GetObjectCommand({
				Bucket: bucket,
				Key: prefix + key
			}), { ...signal && { abortSignal: signal } })).Body, key, signal);
		} catch (error) {
			signal?.throwIfAborted();
			if (isMissingKey(error)) return void 0;
			throw s3Error(error, `${url}/${key}`, bucket);
		}
	}
	async function* read(body, key, signal) {
		const abort = () => void body.destroy(/* @__PURE__ */ new Error("aborted"));
		signal?.addEventListener("abort", abort, { once: true });
		try {
			yield* body;
		} catch (error) {
			signal?.throwIfAborted();
			throw s3Error(error, `${url}/${key}`, bucket);
		} finally {
			signal?.removeEventListener("abort", abort);
		}
	}
	async function* list(below, signal) {
		try {
			const pages = (0, import_dist_cjs.paginateListObjectsV2)({ client }, {
				Bucket: bucket,
				Prefix: prefix + below
			});
			for await (const page of pages) {
				signal?.throwIfAborted();
				for (const { Key = "", Size = 0, LastModified = /* @__PURE__ */ new Date(0) } of page.Contents ?? []) yield {
					key: Key.slice(prefix.length),
					size: Size,
					modified: LastModified
				};
			}
		} catch (error) {
			signal?.throwIfAborted();
			throw s3Error(error, `${url}/${below}`, bucket);
		}
	}
	async function remove(key, signal) {
		try {
			await client.send(new import_dist_cjs.DeleteObjectCommand({
				Bucket: bucket,
				Key: prefix + key
			}), { ...signal && { abortSignal: signal } });
		} catch (error) {
			signal?.throwIfAborted();
			if (isMissingKey(error)) return;
			throw s3Error(error, `${url}/${key}`, bucket);
		}
	}
	async function probe(below, signal) {
		try {
			await probeStore(store, `${below}probe-${options.randomId()}`, signal);
		} catch (error) {
			throw s3ProbeError(error, url, options.endpoint);
		}
	}
}
// src/adapters/store.ts
/** What S3 servers that know no regions are signed for. */
const ANY_REGION = "us-east-1";
/**
* Opens the store of a cluster file: `s3://bucket/prefix` or `file:///directory`. Nothing is sent or written yet.
* @throws KubestairError CONFIG_INVALID
*/
function openStore(config, deps) {
	const url = parseUrl(config.store);
	switch (url?.protocol) {
		case "s3:": return openBucket(url, config, deps);
		case "file:": return openDirectory(directoryOf(url), randomId(deps));
		default: throw invalid$4(config.store);
	}
}
function openBucket(url, config, deps) {
	if (url.hostname === "" || url.username !== "" || url.search !== "") throw invalid$4(config.store);
	const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
	const { endpoint } = config;
	const region = config.region ?? deps.env.AWS_REGION ?? deps.env.AWS_DEFAULT_REGION ?? (endpoint && ANY_REGION);
	return openS3({
		bucket: url.hostname,
		prefix: path === "" ? "" : `${path}/`,
		...endpoint !== void 0 && { endpoint },
		...region !== void 0 && { region },
		pathStyle: config.pathStyle,
		randomId: randomId(deps)
	});
}
function directoryOf(url) {
	if (url.hostname !== "") throw invalid$4(url.href);
	const path = fileURLToPath(url);
	if (!isAbsolute(path) || path === "/") throw invalid$4(url.href);
	return resolve(path);
}
function randomId(deps) {
	return () => Buffer.from(deps.random(8)).toString("hex");
}
function parseUrl(text) {
	return URL.canParse(text) ? new URL(text) : void 0;
}
function invalid$4(store) {
	return new KubestairError("CONFIG_INVALID", `${store} is no backup store`, {
		object: "spec.backup.store",
		next: "Write s3://bucket/prefix or file:///directory."
	});
}
// src/evidence/attempt.ts
/**
* The outcome of reading something, or why it could not be read: one failure hides nothing else. Only an abort goes on up.
* @param grant the right that it needs in the API, if it does
*/
async function attempt(work, { signal, grant } = {}) {
	try {
		return grant === void 0 ? known(await work()) : await readable(grant, work);
	} catch (thrown) {
		signal?.throwIfAborted();
		if (thrown instanceof KubestairError) return unknownFrom(thrown);
		return unknown(thrown instanceof Error ? thrown.message : String(thrown));
	}
}
// src/rollout/patience.ts
const PAUSE_MILLISECONDS$4 = 2e3;
/** What goes away by itself while API servers and hosts restart. */
const TRANSIENT_CODES = ["KUBE_UNREACHABLE", "HOST_UNREACHABLE"];
/**
* 403 is among them: an API server that has just started denies what its authorizer has not read yet
* (k8s.io/apiserver, pkg/authorization: "not yet ready to handle request"; the node authorizer and RBAC work from informers).
*/
const TRANSIENT_STATUSES = /* @__PURE__ */ new Set([
	401,
	403,
	408,
	429,
	500,
	502,
	503,
	504
]);
/** Whether the cluster or the host is likely to answer again without anybody's help. */
function isTransient(thrown) {
	if (thrown instanceof KubeStatusError) return TRANSIENT_STATUSES.has(thrown.status);
	if (!(thrown instanceof KubestairError)) return false;
	if (TRANSIENT_CODES.includes(thrown.code)) return true;
	return thrown.cause instanceof KubeStatusError && isTransient(thrown.cause);
}
/**
* Repeats work that fails because something restarts, until it succeeds or time is over.
* @throws what the work threw last; the signal's reason on abort
*/
async function patiently(work, { clock, signal, seconds, onWait }) {
	const deadline = clock.now().getTime() + seconds * 1e3;
	let told = false;
	while (true) {
		signal.throwIfAborted();
		try {
			return await work();
		} catch (thrown) {
			signal.throwIfAborted();
			if (!isTransient(thrown) || clock.now().getTime() >= deadline) throw thrown;
			if (!told) onWait?.(thrown);
			told = true;
		}
		await clock.sleep(PAUSE_MILLISECONDS$4, signal);
	}
}
// src/providers/kubeadm/cluster-configuration.ts
const CONFIG_MAP = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";
/** kubeadm's own record of the cluster. @throws KubestairError CLUSTER_UNSUPPORTED where there is none; KUBE_* */
async function readClusterConfiguration(kube, signal) {
	const text = await readText$1(kube, signal);
	const parsed = text === void 0 ? void 0 : (0, import_dist.parse)(text);
	if (typeof parsed === "object" && parsed !== null) return parsed;
	throw new KubestairError("CLUSTER_UNSUPPORTED", "ConfigMap kube-system/kubeadm-config holds no ClusterConfiguration", {
		object: "ConfigMap/kube-system/kubeadm-config",
		next: "Kubestair upgrades clusters that kubeadm made. If this is one, bring the ConfigMap back with kubeadm init phase upload-config kubeadm."
	});
}
/** The version that kubeadm last brought the cluster to. */
async function readConfiguredVersion(kube, signal) {
	const read = await readable(PLAN_GRANTS.kubeadmConfig, () => readText$1(kube, signal));
	if (!read.known) return read;
	const text = read.value;
	if (text === void 0) return unknown("there is no ConfigMap kube-system/kubeadm-config");
	const version = versionOfTag((0, import_dist.parse)(text)?.kubernetesVersion ?? "");
	if (version === void 0) return unknown("ConfigMap kube-system/kubeadm-config names no kubernetesVersion");
	return known(version);
}
/** The same configuration for another version, as a file for `kubeadm config images`: image names follow repositories and tags in it. */
function configurationFor(configuration, version) {
	return (0, import_dist.stringify)({
		...configuration,
		kubernetesVersion: version
	});
}
async function readText$1(kube, signal) {
	return (await getIfThere(kube, CONFIG_MAP, { signal }))?.data?.ClusterConfiguration;
}
// src/providers/kubeadm/hop-state.ts
const KUBERNETES_COMPONENTS$2 = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler"
];
/** At the version or above it: a newer patch than the target is left as it is. */
function isAt$1(version, target) {
	return compareVersions(version, target) >= 0;
}
/** Whether every static pod of Kubernetes on a control plane runs the version; etcd has versions of its own. */
function controlPlaneAt({ components }, target) {
	if (!components.known) return false;
	return KUBERNETES_COMPONENTS$2.every((name) => {
		const version = versionOfTag(components.value[name]);
		return version !== void 0 && isAt$1(version, target);
	});
}
/** A control plane with nothing left to do: its kubelet comes last, so everything before it was done. */
function controlPlaneDone(node, target) {
	return controlPlaneAt(node, target) && isAt$1(node.kubelet, target);
}
/**
* Control planes in the order in which they are upgraded: what was begun is finished first, then by name.
*/
function orderControlPlanes(nodes, { to }) {
	const rank = (node) => controlPlaneDone(node, to) ? 0 : controlPlaneAt(node, to) ? 1 : 2;
	return nodes.filter(({ role }) => role === "control-plane").toSorted((a, b) => rank(a) - rank(b) || byName$1(a, b));
}
/**
* Whether a control plane is the first of the hop, which gets `kubeadm upgrade apply`: as long as no other one is through with
* everything, apply may have been cut off before it wrote the cluster's configuration, and is run again.
*/
function needsApply(name, nodes, configured, { to }) {
	const others = nodes.filter((node) => node.role === "control-plane" && node.name !== name);
	return !(configured.known && isAt$1(configured.value, to)) || !others.some((node) => controlPlaneDone(node, to));
}
/** Whether the packages on a host are older than the target or not on hold; those that are not installed do not count. */
function packagesOff({ packages }, target) {
	const installed = Object.keys(packages).filter((name) => packages[name].version !== "");
	const { version } = packages.kubelet;
	return installed.some((name) => !packages[name].held) || version !== "" && !isAt$1(upstreamVersion(version), target);
}
/** `v1.36.3` of the package version `1.36.3-1.1`. */
function upstreamVersion(packageVersion) {
	const [upstream = ""] = packageVersion.replace(/^\d+:/, "").split("-");
	return versionOfTag(upstream) ?? "v0.0.0";
}
function byName$1(a, b) {
	return a.name < b.name ? -1 : 1;
}
// src/providers/kubeadm/due.ts
/** Made from what runs there, so that what is done already is not due. */
function dueOn(node, hop, observation) {
	const { to } = hop;
	const drain = !isAt$1(node.kubelet, to);
	const controlPlane = node.role === "control-plane" && (drain || controlPlaneBehind(node, hop, observation));
	const packages = drain || node.host.known && packagesOff(node.host.value, to);
	const uncordon = drain || node.cordonedBy !== void 0;
	return {
		any: controlPlane || packages || uncordon,
		stage: controlPlane || packages,
		controlPlane,
		nodeConfig: node.role === "worker" && drain,
		drain,
		packages,
		uncordon
	};
}
function controlPlaneBehind(node, { to }, { configuredVersion }) {
	return !controlPlaneAt(node, to) || configuredVersion.known && !isAt$1(configuredVersion.value, to);
}
/**
* Minors whose kubeadm takes kubelet flags out of /var/lib/kubelet/kubeadm-flags.env, which kubelets from there on do not know; the
* kubeadm of later minors does not: a worker that skipped it would get a kubelet that does not start.
* Source: cmd/kubeadm/app/cmd/phases/upgrade/postupgrade.go, unwantedFlags, of 1.35.4 (pod-infra-container-image), empty in 1.36.3 and
* 1.37.1; 1.27 did so for container-runtime.
*/
const CLEANING_MINORS = ["1.27", "1.35"];
/** Whether a worker needs this very hop's `kubeadm upgrade node`. */
function workersMustPass({ to }, { kubelet }) {
	return CLEANING_MINORS.some((minor) => minorOf(to) === minor && !isAtLeastMinor(kubelet, minor));
}
// src/providers/kubeadm/restore/places.ts
/** Where kubelets look for static pods; kubeadm's own choice (cmd/kubeadm/app/constants, KubernetesDir and ManifestsSubDirName). */
const MANIFESTS$1 = "/etc/kubernetes/manifests";
/** Where manifests wait while their pods must not run: beside the other directory, so that a rename moves them. */
const STOPPED = "/etc/kubernetes/stopped-by-kubestair";
const ROOT$1 = "/var/lib/kubestair/restore";
/** Says which restore a host is in the middle of. */
const UNFINISHED = `${ROOT$1}/unfinished`;
/** Highest revision that a restore gave to etcd on the host, as decimal text. */
const LAST_REVISION = `${ROOT$1}/revision`;
/** What belongs to one restore on a host, but for the data of etcd. */
function restoreDirectory(restoreId) {
	return `${ROOT$1}/${restoreId}`;
}
/**
* Where new data of etcd is made and old data kept. On the file system of the data directory, so that renames move it: beside the
* directory, or within it where it is a mount point; etcd only warns of a name that it does not know there.
*/
function dataWorkDirectory(dataDir, isMountPoint, restoreId) {
	return isMountPoint ? `${dataDir}/kubestair-${restoreId}` : `${dataDir}.kubestair/${restoreId}`;
}
// src/providers/kubeadm/static-pod.ts
const securityContext = object$1({
	runAsUser: number().optional(),
	runAsGroup: number().optional()
});
const pod = object$1({ spec: object$1({
	containers: array(object$1({
		name: string().optional(),
		image: string().optional(),
		command: array(string()).nullish(),
		args: array(string()).nullish(),
		volumeMounts: array(object$1({
			name: string(),
			mountPath: string()
		})).nullish(),
		securityContext: securityContext.nullish()
	})),
	securityContext: securityContext.nullish(),
	volumes: array(object$1({
		name: string(),
		hostPath: object$1({ path: string() }).nullish()
	})).nullish()
}) });
/**
* Reads a manifest; undefined when it is none of a pod.
* @param component what its container is called; default the first one
*/
function staticPodOf(manifest, component) {
	const spec = pod.safeParse(parseYaml$1(manifest)).data?.spec;
	const container = spec?.containers.find(({ name }) => name === component) ?? spec?.containers[0];
	if (spec === void 0 || container === void 0) return void 0;
	const flags = flagsOf$1([...container.command ?? [], ...container.args ?? []]);
	const hostPaths = new Map((spec.volumes ?? []).map(({ name, hostPath }) => [name, hostPath?.path]));
	const mounts = (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
		const hostPath = hostPaths.get(name);
		return hostPath === void 0 ? [] : [{
			seen: withoutSlash(mountPath),
			real: withoutSlash(hostPath)
		}];
	});
	const user = container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser;
	const group = container.securityContext?.runAsGroup ?? spec.securityContext?.runAsGroup;
	return {
		image: container.image ?? "",
		flag: (name) => flags.get(name),
		onHost(path) {
			const inside = mounts.filter(({ seen }) => path === seen || path.startsWith(`${seen}/`)).toSorted((a, b) => b.seen.length - a.seen.length)[0];
			return inside === void 0 ? path : inside.real + path.slice(inside.seen.length);
		},
		owner: user === void 0 ? void 0 : `${user}:${group ?? user}`
	};
}
/** Flags of a command line by their names; of one that stands twice the last counts, as for the programs themselves. */
function flagsOf$1(words) {
	const flags = /* @__PURE__ */ new Map();
	for (const [index, word] of words.entries()) {
		const [, name, value] = /^--?([A-Za-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
		if (name === void 0) continue;
		const next = words[index + 1];
		flags.set(name, value ?? (next?.startsWith("-") === false ? next : "true"));
	}
	return flags;
}
function withoutSlash(path) {
	return path.replace(/(?<=.)\/+$/, "");
}
function parseYaml$1(text) {
	try {
		return (0, import_dist.parse)(text);
	} catch {
		return;
	}
}
// src/providers/kubeadm/apiserver.ts
/** In the middle of a restore the manifest lies aside; the unit's name is that of Kubernetes the hard way. */
const SCRIPT$4 = `set -u
for manifest in ${MANIFESTS$1}/kube-apiserver.yaml ${STOPPED}/kube-apiserver.yaml; do
  if [ -e "$manifest" ]; then
    echo manifest
    exec cat "$manifest"
  fi
done
pid=$(systemctl show -p MainPID --value kube-apiserver.service 2>/dev/null || :)
if [ "\${pid:-0}" -gt 0 ]; then
  echo process
  exec tr '\\0' '\\n' <"/proc/$pid/cmdline"
fi
echo none`;
/**
* Reads the flags of a host's API server: of its static pod's manifest, or of its systemd unit as it runs, with its environment
* files already put in.
* @throws KubestairError HOST_*; CLUSTER_UNSUPPORTED where the host has neither
*/
async function readApiServer(host, signal) {
	const { stdout } = await host.run(SCRIPT$4, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	const end = stdout.indexOf("\n");
	const form = stdout.slice(0, end);
	const text = stdout.slice(end + 1);
	if (form === "process") {
		const flags = flagsOf$1(text.split("\n"));
		return apiServerOf((name) => flags.get(name), (path) => path);
	}
	const server = form === "manifest" ? staticPod(text) : void 0;
	if (server !== void 0) return server;
	throw new KubestairError("CLUSTER_UNSUPPORTED", `${host.name} runs no API server that can be understood`, {
		object: `Node/${host.name}`,
		next: "A control-plane host runs it as /etc/kubernetes/manifests/kube-apiserver.yaml or as kube-apiserver.service."
	});
}
/** Reads the manifest of a static pod; undefined when it is none of an API server. */
function staticPod(manifest) {
	const pod = staticPodOf(manifest, "kube-apiserver");
	return pod && apiServerOf(pod.flag, pod.onHost);
}
function apiServerOf(flag, onHost) {
	return {
		flag,
		file(name) {
			const path = flag(name);
			return path === void 0 || path === "" ? void 0 : onHost(path);
		}
	};
}
// src/providers/kubeadm/scripts/shell.ts
/** One word for sh, whatever is in it. */
function quote(text) {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
/** A here-document with a name that the text cannot contain. */
function hereDocument(text) {
	let name = "KUBESTAIR_END";
	while (text.includes(name)) name += "_";
	return `<<'${name}'\n${text.endsWith("\n") ? text : `${text}\n`}${name}`;
}
// src/providers/kubeadm/encryption-configuration.ts
/**
* Reads what the API server's --encryption-provider-config names. Without it nobody can read a snapshot of etcd again.
* @throws KubestairError HOST_*; CLUSTER_UNSUPPORTED where the host runs no API server
*/
async function readEncryptionConfiguration(host, signal) {
	const file = (await readApiServer(host, signal)).file("encryption-provider-config");
	if (file === void 0) return void 0;
	const { stdout } = await host.run(`base64 -w 0 <${quote(file)}`, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	return {
		file,
		text: Buffer.from(stdout, "base64").toString("utf8")
	};
}
// src/providers/kubeadm/etcd-access.ts
/**
* Finds every member through the flags of the API servers, which know where etcd is and have the certificates for it: stacked and
* external, whatever made them. A stacked member is reached from its own host, an external one from the first that gets there.
*/
async function routesToEtcd(hosts, topology, openEtcd, signal) {
	const found = await Promise.all(hosts.map((host) => waysFrom(host, signal)));
	const byMember = /* @__PURE__ */ new Map();
	for (const way of found.flatMap(({ ways }) => ways)) {
		const member = isLoopback(way.url) ? `${way.host.name} ${way.url.href}` : way.url.href;
		byMember.set(member, [...byMember.get(member) ?? [], way]);
	}
	const routes = [...byMember.values()].map((ways) => {
		const { host, url } = ways[0];
		return {
			name: isLoopback(url) ? host.name : url.origin,
			open: (again) => openFirst(ways, openEtcd, again)
		};
	});
	const dead = found.flatMap(({ host, error }) => error === void 0 ? [] : [{
		name: host.name,
		open: () => Promise.reject(error)
	}]);
	return {
		topology,
		routes: topology === "stacked" || routes.length === 0 ? [...routes, ...dead] : routes
	};
}
async function waysFrom(host, signal) {
	try {
		const server = await readApiServer(host, signal);
		const urls = (server.flag("etcd-servers") ?? "").split(",").filter((text) => URL.canParse(text));
		if (urls.length > 0) return {
			host,
			ways: urls.map((text) => ({
				host,
				server,
				url: new URL(text)
			}))
		};
		throw new KubestairError("CLUSTER_UNSUPPORTED", `the API server of ${host.name} names no etcd servers`, {
			object: `Node/${host.name}`,
			next: "Look at --etcd-servers in /etc/kubernetes/manifests/kube-apiserver.yaml."
		});
	} catch (error) {
		signal?.throwIfAborted();
		return {
			host,
			ways: [],
			error
		};
	}
}
async function openFirst(ways, openEtcd, signal) {
	let failure;
	for (const way of ways) try {
		return await openThrough(way, openEtcd, signal);
	} catch (error) {
		signal?.throwIfAborted();
		failure ??= error;
	}
	throw failure;
}
async function openThrough({ host, server, url }, openEtcd, signal) {
	const tls = url.protocol === "https:" ? await readTls(host, server, signal) : void 0;
	const serverName = url.hostname.replace(/^\[|\]$/g, "");
	const port = Number(url.port) || 2379;
	const tunnel = await host.tunnel({
		host: serverName,
		port
	}, signal);
	try {
		return closingBoth(openEtcd({
			address: {
				kind: "socket",
				path: tunnel.socketPath,
				serverName,
				port
			},
			...tls && { tls }
		}), tunnel);
	} catch (thrown) {
		await tunnel.close();
		throw thrown;
	}
}
async function readTls(host, server, signal) {
	const reads = [
		"etcd-certfile",
		"etcd-keyfile",
		"etcd-cafile"
	].map((flag) => server.file(flag)).map((file) => file === void 0 ? "echo" : `encoded=$(base64 -w 0 <${quote(file)}) && echo "$encoded"`);
	const { stdout } = await host.run(`set -eu\n${reads.join("\n")}`, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	const [cert = "", key = "", ca = ""] = stdout.split("\n").map((line) => Buffer.from(line, "base64").toString("utf8"));
	return {
		cert,
		key,
		...ca !== "" && { ca }
	};
}
function isLoopback({ hostname }) {
	return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
function closingBoth(etcd, tunnel) {
	return {
		...etcd,
		async close() {
			await etcd.close();
			await tunnel.close();
		}
	};
}
// src/providers/kubeadm/host-files.ts
const SCRIPT$3 = `set -eu
umask 077
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir "$made/kubestair"
dpkg-query -W -f '\${Package}\\t\${Version}\\t\${db:Status-Want}\\n' >"$made/kubestair/packages.tsv"
apt-mark showhold >"$made/kubestair/holds.txt"
cd /
set --
for path in ${[
	"etc/kubernetes",
	"etc/default/kubelet",
	"etc/sysconfig/kubelet",
	"etc/systemd/system/kubelet.service",
	"etc/systemd/system/kubelet.service.d",
	"usr/lib/systemd/system/kubelet.service",
	"usr/lib/systemd/system/kubelet.service.d",
	"etc/apt/sources.list.d",
	"etc/apt/keyrings",
	"var/lib/kubelet/config.yaml",
	"var/lib/kubelet/instance-config.yaml",
	"var/lib/kubelet/kubeadm-flags.env",
	"var/lib/kubelet/pki"
].join(" ")}; do
  if [ -e "$path" ]; then set -- "$@" "$path"; fi
done
{
  echo etc/kubernetes/tmp
  grep -rlsE 'kind"?[[:space:]]*:[[:space:]]*"?EncryptionConfiguration' etc/kubernetes || :
} >"$made/left-out"
tar -c -f - --anchored --no-wildcards --exclude-from="$made/left-out" -C / "$@" -C "$made" kubestair
`;
/** The files of a host that a restore needs, with its package list, as a tar stream. @throws KubestairError HOST_* */
function hostFiles(host, signal) {
	return host.stream(SCRIPT$3, {
		sudo: true,
		signal
	});
}
// src/providers/kubeadm/live.ts
/** One node as it is now, with the static pods on it. */
async function readNode$1(kube, name, signal) {
	const selector = new URLSearchParams({ fieldSelector: `spec.nodeName=${name}` });
	const [node, pods] = await Promise.all([get(kube, `/api/v1/nodes/${encodeURIComponent(name)}`, { signal }), get(kube, `/api/v1/namespaces/kube-system/pods?${selector}`, { signal })]);
	return toNode(node, pods.items, void 0);
}
/** All nodes as they are now, with the static pods on them. */
async function readNodes(kube, signal) {
	const [nodes, pods] = await Promise.all([listWhole(kube, "/api/v1/nodes", signal), listWhole(kube, "/api/v1/namespaces/kube-system/pods", signal)]);
	const byNode = Map.groupBy(pods, (pod) => pod.spec?.nodeName ?? "");
	return nodes.map((node) => toNode(node, byNode.get(node.metadata.name) ?? [], void 0));
}
// src/providers/kubeadm/scripts/package-source.ts
/** Where packages of Kubernetes come from when a host has no source of them. */
const DEFAULT_REPOSITORY = "https://pkgs.k8s.io/core:/stable:";
/** Any repository laid out like pkgs.k8s.io, as an extended regular expression. */
const ANY_MIRROR = "https?://[^[:space:]]+/core:/stable:/v1\\.[0-9]+/deb/?";
/** `https://pkgs.k8s.io/core:/stable:/v1.36/deb/`: one repository per minor. */
function repositoryOf(base, minor) {
	return `${base.replace(/\/+$/, "")}/v${minor}/deb/`;
}
/**
* Functions of sh that read where a host takes its packages of Kubernetes from. `$base` is the repository without the minor: the one
* that the cluster file names, else the host's own, whatever mirror that is, else pkgs.k8s.io. `$own` is the pattern of that repository
* in apt's sources, at any minor; `$entry` that of all sources that an upgrade switches: where the cluster file names a repository,
* everything laid out like pkgs.k8s.io too. A password that is part of a URL stays in its file.
* @param configured URL that the cluster file names
* @param apt where apt keeps its settings
*/
function packageSource(configured, apt = "/etc/apt") {
	return `apt_directory=${quote(apt)}
source_files() {
  for file in "$apt_directory/sources.list" "$apt_directory"/sources.list.d/*.list "$apt_directory"/sources.list.d/*.sources; do
    if [ -r "$file" ]; then echo "$file"; fi
  done
}
own_bases() {
  source_files | while read -r file; do sed 's/#.*//' "$file"; done |
    grep -oE 'https?://[^[:space:]]+/v1\\.[0-9]+/deb' | grep -v 'cri-o:' | sed -E 's#/v1\\.[0-9]+/deb$##; s#//[^/@]*@#//#' | sort -u
}
own_base() {
  bases=$(own_bases)
  if [ "$(echo "$bases" | wc -l)" -gt 1 ]; then
    # Several are laid out so: the one that the installed kubelet is known from.
    used=$(LC_ALL=C apt-cache policy kubelet 2>/dev/null | sed -nE 's#^ +-?[0-9]+ (https?://[^ ]+)/v1\\.[0-9]+/deb/? .*#\\1#p')
    for one in $bases; do
      if echo "$used" | grep -qxF "$one"; then echo "$one"; return 0; fi
    done
  fi
  echo "$bases" | head -n 1
}
base=${configured === void 0 ? "$(own_base)" : quote(configured.replace(/\/+$/, ""))}
base=\${base:-${DEFAULT_REPOSITORY}}
own="(https?://([^/@[:space:]]*@)?$(echo "\${base#*://}" | sed 's/[][\\.*^$()+?{}|#]/\\\\&/g'))/v1\\\\.[0-9]+/deb/?"
entry="$own"${configured === void 0 ? "" : `'|${ANY_MIRROR}'`}
entry_files() {
  source_files | while read -r file; do
    if grep -qE "^[^#]*$entry" "$file"; then echo "$file"; fi
  done
}
entry_keyrings() {
  entry_files | while read -r file; do
    case "$file" in
      *.sources) entry="$entry" awk -v RS= '$0 ~ ENVIRON["entry"]' "$file" | sed -nE 's/^Signed-By:[[:space:]]*(\\/[^[:space:]]+).*/\\1/p' ;;
      *) grep -E "^[^#]*$entry" "$file" | sed -nE 's/.*[[ ,]signed-by=([^] ,]+).*/\\1/p' ;;
    esac
  done | sort -u
}
`;
}
/**
* Prints facts as lines of `key value…`. It reads public certificates alone, of kubeconfigs and of files that hold a key too: no private
* key leaves the host. What a host does not have it does not print.
*/
const HOST_FACTS = `export LC_ALL=C
printf 'clock %s\\n' "$(date +%s.%N)"
printf 'hostname %s\\n' "$(cat /proc/sys/kernel/hostname)"
printf 'machine-id %s\\n' "$(cat /etc/machine-id 2>/dev/null)"
printf 'kernel %s\\n' "$(uname -r)"
tail -n +2 /proc/swaps 2>/dev/null | awk '{ print "swap", $1 }'
for unit in ${[
	"kubelet",
	"containerd",
	"crio",
	"docker",
	"cri-docker"
].join(" ")}; do
  set -- $(systemctl show -p LoadState -p ActiveState -p UnitFileState "$unit.service" 2>/dev/null)
  case " $* " in *' LoadState=loaded '*) echo "unit $unit $*" ;; esac
done
if [ -e /var/run/reboot-required ]; then echo reboot-required; fi
for path in ${[
	"/usr/bin",
	"/etc/kubernetes",
	"/var/lib/kubelet",
	"/var/lib/dpkg"
].join(" ")}; do
  if [ -d "$path" ] && [ ! -w "$path" ]; then echo "read-only $path"; fi
done
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f '\${db:Status-Abbrev}| \${Package}\\n' | awk 'substr($0, 2, 1) ~ /[HUF]/ || substr($0, 3, 1) == "R" { print "broken", $NF }'
fi
for path in ${[
	"/var/cache/apt/archives",
	"/usr",
	"/var/lib/containerd",
	"/var/lib/containers",
	"/var/lib/docker",
	"/var/lib/etcd",
	"/etc/kubernetes",
	"/var/lib/kubelet"
].join(" ")}; do
  if [ -d "$path" ]; then df -B1 --output=avail,size,iavail,target "$path" 2>/dev/null | tail -n 1 | sed "s#^ *#disk $path #"; fi
done
if [ -d /var/lib/etcd ]; then du -sb /var/lib/etcd | awk '{ print "etcd-data", $1 }'; fi
manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
pki=$(sed -n 's#.*--tls-cert-file=\\([^"]*\\)/[^/"]*$#\\1#p' "$manifest" 2>/dev/null)
pki=\${pki:-/etc/kubernetes/pki}
certificate() {
  printf 'certificate %s %s\\n' "$(printf %s "$1" | base64 -w 0)" "$(sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' | base64 -w 0)"
}
if [ -e "$manifest" ]; then
  for file in "$pki"/*.crt "$pki"/etcd/*.crt; do
    if [ -e "$file" ]; then certificate "$file" <"$file"; fi
  done
fi
for file in /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet-server-current.pem /var/lib/kubelet/pki/kubelet.crt; do
  if [ -e "$file" ]; then certificate "$file" <"$file"; fi
done
for file in /etc/kubernetes/*.conf; do
  data=$(sed -n 's/^ *client-certificate-data: *//p' "$file" 2>/dev/null | head -n 1)
  if [ -n "$data" ]; then printf %s "$data" | base64 -d 2>/dev/null | certificate "$file"; fi
done
if [ -e /var/lib/kubelet/config.yaml ]; then printf 'kubelet-config %s\\n' "$(base64 -w 0 </var/lib/kubelet/config.yaml)"; fi
if [ -e "$manifest" ]; then printf 'apiserver %s\\n' "$(base64 -w 0 <"$manifest")"; fi
if command -v apt-get >/dev/null && command -v gpg >/dev/null; then
${packageSource(void 0)}
entry_keyrings | while read -r file; do
  if [ -r "$file" ]; then
    gpg --batch --no-default-keyring --show-keys --with-colons "$file" 2>/dev/null | awk -F : -v file="$file" '$1 == "pub" { print "package-key", $5, ($7 == "" ? "-" : $7), file }'
  fi
done
fi
printf 'clock %s\\n' "$(date +%s.%N)"
`;
/** Prints the SHA-256 of an EncryptionConfiguration, then the file without its secrets, in base64. */
function encryptionScript(file) {
	return `set -eu
sha256sum <${quote(file)} | cut -d ' ' -f 1
sed -E 's/(secret["'\\'']?[[:space:]]*:[[:space:]]*)[^,}]*/\\1x/g' <${quote(file)} | base64 -w 0`;
}
// src/providers/kubeadm/encryption-facts.ts
/** apiserver.config.k8s.io/v1 EncryptionConfiguration, as far as a plan looks at it. */
const configuration = object$1({ resources: array(object$1({
	resources: array(string()),
	providers: array(record$2(string(), object$1({ apiVersion: string().optional() }).nullish()))
})) });
/**
* How an API server encrypts what it stores, without its keys.
* @param manifest of its static pod
* @returns undefined where it encrypts nothing
*/
async function readEncryptionFacts(host, manifest, signal) {
	const path = staticPod(manifest)?.file("encryption-provider-config");
	if (path === void 0) return void 0;
	try {
		const { stdout } = await host.run(encryptionScript(path), {
			sudo: true,
			signal,
			timeoutSeconds: 60
		});
		return parseEncryption(path, stdout);
	} catch (thrown) {
		signal?.throwIfAborted();
		return unknown(`${path} could not be read: ${asKubestairError(thrown).message}`);
	}
}
/** Reads what the script printed. */
function parseEncryption(path, stdout) {
	const [sha256 = "", text = ""] = stdout.trim().split("\n");
	const parsed = configuration.safeParse(readYaml(Buffer.from(text, "base64").toString("utf8")));
	if (!parsed.success) return unknown(`${path} is no EncryptionConfiguration`);
	return known({
		path,
		sha256,
		rules: parsed.data.resources.map(({ resources, providers }) => ({
			resources,
			providers: providers.flatMap((provider) => Object.entries(provider).map(([kind, settings]) => kind === "kms" ? `kms ${settings?.apiVersion ?? "v1"}` : kind))
		}))
	});
}
// src/providers/kubeadm/parse-host-facts.ts
/** Reads what HOST_FACTS printed. */
function parseFacts(stdout) {
	const lines = Map.groupBy(stdout.split("\n").map((line) => line.trim().split(/\s+/)), ([key = ""]) => key);
	const rows = (key) => (lines.get(key) ?? []).map((words) => words.slice(1));
	const words = (key) => rows(key).flat();
	const first = (key) => rows(key)[0]?.[0] ?? "";
	const certificates = rows("certificate").flatMap(toCertificates);
	return {
		facts: {
			hostname: first("hostname"),
			machineId: digested(first("machine-id")),
			kubeletName: kubeletNameIn(rows("certificate")),
			kernel: first("kernel"),
			swaps: words("swap"),
			units: rows("unit").map(toUnit),
			rebootRequired: lines.has("reboot-required"),
			readOnly: words("read-only"),
			brokenPackages: words("broken"),
			disks: rows("disk").flatMap(toDisk),
			etcdDataBytes: Number(first("etcd-data")) || 0,
			certificates,
			packageKeys: rows("package-key").map(toPackageKey)
		},
		clockSeconds: words("clock").reduce((sum, text) => sum + Number(text), 0) / words("clock").length,
		kubeletConfig: decoded$1(first("kubelet-config")),
		apiServer: decoded$1(first("apiserver"))
	};
}
function toUnit([name = "", ...properties]) {
	return {
		name,
		active: properties.includes("ActiveState=active"),
		enabled: [
			"enabled",
			"static",
			"generated",
			"indirect",
			"alias"
		].some((state) => properties.includes(`UnitFileState=${state}`))
	};
}
function toDisk([path = "", free, size, inodes, ...mount]) {
	if (mount.length === 0) return [];
	return [{
		path,
		mount: mount.join(" "),
		freeBytes: Number(free),
		sizeBytes: Number(size),
		freeInodes: inodes === "-" ? Number.MAX_SAFE_INTEGER : Number(inodes)
	}];
}
function toPackageKey([id = "", expires = "-", path = ""]) {
	const seconds = Number(expires);
	return {
		path,
		id,
		...Number.isFinite(seconds) && { expiresAt: (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString() }
	};
}
/** A bundle of authorities has several; the one that ends first is told. */
function toCertificates([file = "", pem = ""]) {
	const name = decoded$1(file) ?? "";
	const ends = certificatesIn(decoded$1(pem) ?? "").toSorted((a, b) => a.validToDate.getTime() - b.validToDate.getTime())[0];
	if (ends === void 0) return [{
		path: name,
		authority: false
	}];
	return [{
		path: name,
		expiresAt: ends.validToDate.toISOString(),
		authority: ends.ca
	}];
}
/** `w1` of a certificate of `CN=system:node:w1`. */
function kubeletNameIn(rows) {
	const [own] = certificatesIn(decoded$1(rows.find(([file = ""]) => decoded$1(file)?.endsWith("/kubelet-client-current.pem"))?.[1] ?? "") ?? "");
	return /^CN=system:node:(.+)$/m.exec(own?.subject ?? "")?.[1] ?? "";
}
function certificatesIn(pem) {
	const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
	try {
		return blocks.map((block) => new X509Certificate(block));
	} catch {
		return [];
	}
}
function digested(text) {
	return text === "" ? "" : createHash("sha256").update(text).digest("hex").slice(0, 12);
}
function decoded$1(base64) {
	return base64 === "" ? void 0 : Buffer.from(base64, "base64").toString("utf8");
}
// src/providers/kubeadm/observe-host.ts
const SCRIPT$2 = `set -u
. /etc/os-release
printf 'os %s %s\\n' "\${ID:-}" "\${VERSION_ID:-}"
printf 'cgroup %s\\n' "$(stat -fc %T /sys/fs/cgroup)"
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'package \${Package} \${Version} \${db:Status-Want} \${db:Status-Status}\\n' kubeadm kubelet kubectl 2>/dev/null
fi
if command -v apt-get >/dev/null; then
${packageSource(void 0)}
printf 'repository %s\\n' "$(own_base | sed 's#//[^/@]*@#//#')"
fi
exit 0`;
const NONE$1 = {
	version: "",
	held: false
};
/**
* What only the host can tell. It is read with sudo, so that a host where sudo does not work is found before anything is changed.
* A host that cannot be looked at is unknown, with the code of the error (HOST_*): the plan shows what is known of the others.
*/
async function observeHost(host, clock, signal) {
	const system = await observeSystem(host, signal);
	if (!system.known) return system;
	return await orUnknown(async () => {
		const before = clock.now().getTime();
		const { stdout } = await host.run(HOST_FACTS, {
			sudo: true,
			signal,
			timeoutSeconds: 60
		});
		const between = (before + clock.now().getTime()) / 2e3;
		const facts = await completeFacts(host, parseFacts(stdout), between, signal);
		return known({
			...system.value,
			facts
		});
	});
}
/** What kind of system the host is and which packages it has. Unknown like observeHost(). */
async function observeSystem(host, signal) {
	return await orUnknown(async () => {
		const { stdout } = await host.run(SCRIPT$2, {
			sudo: true,
			signal,
			timeoutSeconds: 60
		});
		return parseHost(stdout);
	});
}
async function orUnknown(look) {
	try {
		return await look();
	} catch (thrown) {
		if (thrown instanceof KubestairError && thrown.code.startsWith("HOST_")) return unknownFrom(thrown);
		throw thrown;
	}
}
async function completeFacts(host, { facts, clockSeconds, kubeletConfig, apiServer }, ownSeconds, signal) {
	const encryption = apiServer === void 0 ? void 0 : await readEncryptionFacts(host, apiServer, signal);
	const own = kubeletConfig === void 0 ? void 0 : readYaml(kubeletConfig);
	return {
		...facts,
		...Number.isFinite(clockSeconds) && { clockOffsetSeconds: Math.round(clockSeconds - ownSeconds) },
		kubelet: own === void 0 ? unknown("/var/lib/kubelet/config.yaml is missing or no KubeletConfiguration") : known(kubeletSettings(own)),
		...encryption !== void 0 && { encryption }
	};
}
/** Reads what the script printed. */
function parseHost(stdout) {
	const lines = stdout.split("\n").map((line) => line.trim().split(/\s+/));
	const fieldsOf = (key) => lines.find(([first]) => first === key)?.slice(1) ?? [];
	const os = fieldsOf("os").join(" ");
	const [cgroup] = fieldsOf("cgroup");
	if (os === "" || cgroup === void 0) return unknown("the host did not say what its system and cgroup version are");
	const packages = {
		kubeadm: NONE$1,
		kubelet: NONE$1,
		kubectl: NONE$1
	};
	for (const [first, name, version, want, status] of lines) {
		if (first !== "package" || !isPackage(name) || status !== "installed") continue;
		packages[name] = {
			version: version ?? "",
			held: want === "hold"
		};
	}
	const [repository = ""] = fieldsOf("repository");
	return known({
		os,
		cgroup: cgroup === "cgroup2fs" ? "v2" : "v1",
		packages,
		repository
	});
}
function isPackage(name) {
	return name === "kubeadm" || name === "kubelet" || name === "kubectl";
}
// src/providers/kubeadm/unit-script.ts
const ROOT = "/var/lib/kubestair/units";
/** Most that one look brings back. */
const CHUNK_BYTES = 65536;
const EPOCH_FILE = "/var/lib/kubestair/epoch";
/** The same for the same step of the same cluster, whichever run starts it, so that a later run finds it again. */
function unitName(clusterUid, stepId) {
	return `kubestair-${createHash("sha256").update(`${clusterUid}\n${stepId}`).digest("hex").slice(0, 16)}`;
}
/** Where a unit's script, output and exit code are kept; only root can read them. */
function unitDirectory(name) {
	return `${ROOT}/${name}`;
}
/** From now on the host refuses to start work of a lower epoch. Refused itself with FENCED_EXIT_CODE where a higher one was seen. */
function fenceScript(epoch) {
	return `set -eu
umask 077
mkdir -p ${ROOT}
exec 8>${EPOCH_FILE}.lock
flock 8
seen=$(cat ${EPOCH_FILE} 2>/dev/null || echo 0)
if [ "$seen" -gt ${epoch} ]; then echo "$seen"; exit 86; fi
echo ${epoch} >${EPOCH_FILE}.new
mv ${EPOCH_FILE}.new ${EPOCH_FILE}
exec 8>&-`;
}
/**
* Starts the script as a transient systemd unit, apart from the connection that started it. Two starts at once cannot both
* succeed: systemd refuses a second unit of the name. A run whose lock was taken over cannot start anything: its epoch is older.
*/
function startScript({ name, title, attempt, epoch, script }) {
	const directory = unitDirectory(name);
	return `${fenceScript(epoch)}
mkdir -p ${directory}
cd ${directory}
exec 9>lock
flock 9
case "$(systemctl show -p ActiveState --value ${name}.service)" in
  active | activating | deactivating | reloading) exit 0 ;;
esac
rm -f exit exit.new seal output
echo ${quote(attempt)} >attempt
cat >script ${hereDocument(script)}
cat >run ${hereDocument(wrapper(directory))}
systemctl reset-failed ${name}.service 2>/dev/null || :
systemd-run --quiet --collect --unit=${name} --description=${quote(`Kubestair: ${title}`)} --service-type=exec /bin/sh ${directory}/run`;
}
/** Asks for a unit's state and for its output from an offset on. */
function lookScript(name, offset) {
	return `cd ${unitDirectory(name)} 2>/dev/null || { echo "inactive"; echo; echo; echo 0; exit 0; }
systemctl show -p ActiveState --value ${name}.service
echo "$(cat attempt 2>/dev/null)"
echo "$(cat exit 2>/dev/null)"
size=$(stat -c %s output 2>/dev/null || echo 0)
echo "$size"
left=$((size - ${offset}))
if [ $left -gt ${CHUNK_BYTES} ]; then left=${CHUNK_BYTES}; fi
if [ $left -gt 0 ]; then tail -c +${offset + 1} output | head -c $left; fi`;
}
/** Reads what lookScript() printed. */
function parseLook(stdout) {
	const [state = "", attempt = "", exit = "", size = "0", ...output] = stdout.split("\n");
	return {
		running: [
			"active",
			"activating",
			"deactivating",
			"reloading"
		].includes(state),
		attempt,
		exitCode: exit === "" ? void 0 : Number(exit),
		size: Number(size),
		output: output.join("\n")
	};
}
/** Prints `yes` if the unit succeeded and what it sealed is still as it left it. */
function succeededScript(name) {
	return `cd ${unitDirectory(name)} 2>/dev/null || exit 0
[ "$(cat exit 2>/dev/null)" = 0 ] || exit 0
if [ -e seal ] && ! sha256sum --check --status seal; then exit 0; fi
echo yes`;
}
function wrapper(directory) {
	return `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
export KUBESTAIR_DIRECTORY=${directory}
umask 022
cd /
sh -eu ${directory}/script >${directory}/output 2>&1 </dev/null
code=$?
echo $code >${directory}/exit.new
sync ${directory}/exit.new
mv ${directory}/exit.new ${directory}/exit
exit $code`;
}
// src/providers/kubeadm/is-done.ts
/**
* Whether nothing is left to do for a step, by what the cluster and the host show. Where they show nothing, the unit that did it
* is asked, and believed as long as what it wrote is still as it wrote it.
*/
async function isStepDone({ step, host, kube, clusterUid }, signal) {
	const { to } = step.hop;
	const node = await readNode$1(kube, step.node, signal);
	const succeeded = () => hasSucceeded(host, unitName(clusterUid, step.id), signal);
	switch (step.kind) {
		case "stage": return succeeded();
		case "control-plane": {
			const configured = await readConfiguredVersion(kube, signal);
			if (!controlPlaneAt(node, to) || !configured.known || !isAt$1(configured.value, to)) return false;
			return isAt$1(node.kubelet, to) || await succeeded();
		}
		case "node-config": return isAt$1(node.kubelet, to) || await succeeded();
		case "kubelet": {
			if (!isAt$1(node.kubelet, to)) return false;
			const observed = await observeSystem(host, signal);
			return observed.known && !packagesOff(observed.value, to);
		}
		case "backup":
		case "drain":
		case "ready":
		case "uncordon":
		case "settle": return false;
	}
}
/** Whether a unit ended well and what it wrote is still so. */
async function hasSucceeded(host, name, signal) {
	const { stdout } = await host.run(succeededScript(name), {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	return stdout.trim() === "yes";
}
// src/providers/kubeadm/observe-etcd.ts
/** Asks every member for itself: one that only the others report on may be gone. */
async function observeMembers({ topology, routes }, signal) {
	const attempts = await Promise.allSettled(routes.map((route) => ask$1(route, signal)));
	signal?.throwIfAborted();
	const answers = attempts.flatMap((attempt) => attempt.status === "fulfilled" ? [attempt.value] : []);
	const first = answers[0];
	if (first === void 0) return unknown(`no etcd member answers: ${reasons(attempts)}`);
	const statuses = new Map(answers.map(({ status }) => [status.memberId, status]));
	const members = first.members.map((member) => describe$2(member, statuses));
	const names = new Map(first.members.map(({ id, name }) => [id, name]));
	return known({
		topology,
		members,
		alarms: first.alarms.map(({ memberId, kind }) => `${kind} on ${names.get(memberId) ?? memberId}`)
	});
}
/**
* A connection to one healthy member that is no learner, a follower where there is one: a snapshot is work for a member.
* @param wanted Name or id of the one member to take; default any.
* @throws KubestairError ETCD_UNHEALTHY, MEMBER_NOT_FOUND
*/
async function openHealthyMember({ routes }, wanted, signal) {
	const problems = [];
	const others = /* @__PURE__ */ new Set();
	let leader;
	for (const route of routes) try {
		const etcd = await route.open(signal);
		const member = await memberOf(etcd, signal);
		const isWanted = wanted === void 0 || wanted === member.name || wanted === member.id;
		if (isWanted && (wanted !== void 0 || !member.leader)) {
			await leader?.close();
			return etcd;
		}
		if (isWanted) leader = etcd;
		else {
			others.add(member.name);
			await etcd.close();
		}
	} catch (thrown) {
		signal?.throwIfAborted();
		problems.push(`${route.name}: ${messageOf$4(thrown)}`);
	}
	if (leader !== void 0) return leader;
	if (wanted !== void 0 && problems.length === 0) throw notFound(wanted, [...others]);
	throw new KubestairError("ETCD_UNHEALTHY", `No healthy etcd member ${wanted === void 0 ? "" : `${wanted} `}can be reached (${problems.join("; ")})`, {
		object: "etcd",
		next: "Look at the etcd pods with kubectl -n kube-system get pods -l component=etcd, with crictl on a control-plane host, or at the unit of an external etcd."
	});
}
async function ask$1(route, signal) {
	const etcd = await route.open(signal);
	try {
		const [members, status, alarms] = await Promise.all([
			etcd.members(signal),
			etcd.status(signal),
			etcd.alarms(signal)
		]);
		return {
			members,
			status,
			alarms
		};
	} finally {
		await etcd.close();
	}
}
/** @throws when the member is not one to take a snapshot from; the connection is closed then. */
async function memberOf(etcd, signal) {
	try {
		const { memberId: id, leaderId, learner, errors } = await etcd.status(signal);
		if (learner) throw new Error("is a learner");
		if (errors.length > 0) throw new Error(errors.join(", "));
		return {
			id,
			name: (await etcd.members(signal)).find((member) => member.id === id)?.name ?? "",
			leader: id === leaderId
		};
	} catch (thrown) {
		await etcd.close();
		throw thrown;
	}
}
function notFound(wanted, others) {
	return new KubestairError("MEMBER_NOT_FOUND", `etcd has no member ${wanted}`, {
		object: "etcd",
		next: `Choose one of ${others.join(", ")}, or leave --member out.`
	});
}
function describe$2(member, statuses) {
	const status = statuses.get(member.id);
	return {
		id: member.id,
		name: member.name,
		learner: member.learner,
		leader: status !== void 0 && status.leaderId === member.id,
		version: status?.version ?? "",
		dbSizeBytes: status?.dbSizeBytes ?? 0,
		healthy: status !== void 0 && status.errors.length === 0
	};
}
function reasons(attempts) {
	const failed = attempts.flatMap((attempt) => attempt.status === "rejected" ? [messageOf$4(attempt.reason)] : []);
	return failed.length === 0 ? "there is no control-plane node" : failed.join("; ");
}
function messageOf$4(thrown) {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
// src/providers/kubeadm/scripts/offers.ts
/**
* Asks the repositories of some minors what they offer, and which of the tools are missing. apt itself looks, so the signature holds and
* the host's proxies and passwords apply, with lists and caches of its own in a temporary directory: nothing on the host changes.
* @param configured repository that the cluster file names; default the one that the host uses
*/
function offersScript(minors, configured, tools = []) {
	return `for tool in ${tools.join(" ")}; do
  command -v $tool >/dev/null || PATH="$PATH:/usr/sbin:/sbin" command -v $tool >/dev/null || echo "missing $tool"
done
command -v apt-get >/dev/null || exit 0
umask 077
${packageSource(configured)}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
look() {
  minor=$1
  repository="$base/v$minor/deb/"
  echo "minor $minor"
  mkdir -p "$made/$minor/lists/partial" "$made/$minor/cache/archives/partial"
  keyring=$(entry_keyrings | head -n 1)
  if [ -z "$keyring" ]; then keyring=/etc/apt/keyrings/kubernetes-apt-keyring.gpg; fi
  if /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "\${repository}Release.key" "$made/$minor/key.asc" >/dev/null 2>&1; then keyring="$made/$minor/key.asc"; fi
  # As it is written on the host, where it may carry a password.
  written=$(entry_files | while read -r file; do grep -v '^[[:space:]]*#' "$file"; done | grep -oE "$own" | head -n 1)
  if [ -n "$written" ]; then repository="\${written%/v1.*}/v$minor/deb/"; fi
  echo "deb [signed-by=$keyring] $repository /" >"$made/$minor/sources.list"
  set -- -o Dir::Etc::sourcelist="$made/$minor/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$made/$minor/lists" -o Dir::Cache="$made/$minor/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User= -o APT::Update::Error-Mode=any -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20
  if apt-get -q "$@" update >"$made/$minor/said" 2>&1; then
    apt-cache "$@" madison kubeadm kubelet kubectl | awk -F ' *[|] *' '{ sub(/^ */, "", $1); print "offer", $1, $2 }'
  else
    grep -E '^[EW]:' "$made/$minor/said" | head -n 3 | sed 's/^/error /'
  fi
}
${minors.map((minor) => `look ${minor}`).join("\n")}
exit 0`;
}
/** Reads what the script printed. */
function parseOffers(stdout) {
	const missingTools = [];
	const minors = /* @__PURE__ */ new Map();
	let current = {
		packages: [],
		error: ""
	};
	for (const line of stdout.split("\n")) {
		const [key, ...rest] = line.split(" ");
		const text = rest.join(" ");
		if (key === "missing") missingTools.push(text);
		if (key === "minor") {
			current = {
				packages: [],
				error: ""
			};
			minors.set(text, current);
		}
		if (key === "offer") current.packages.push(text);
		if (key === "error") current.error = [current.error, text].filter(Boolean).join("; ");
	}
	return {
		missingTools,
		minors
	};
}
/** Releases of a package, whatever the revision of its build. @param packages as `name version` */
function releasesIn(packages, name) {
	return packages.flatMap((line) => {
		const [found, version = ""] = line.split(" ");
		const release = versionOfTag(version.replace(/^\d+:/, "").replace(/-[^-]*$/, ""));
		return found === name && release !== void 0 ? [release] : [];
	});
}
// src/providers/kubeadm/preflight.ts
const HOSTS_AT_ONCE$3 = 8;
const TOOLS = [
	"apt-get",
	"apt-mark",
	"dpkg-deb",
	"gpg",
	"systemd-run",
	"sha256sum",
	"tar",
	"awk",
	"sed"
];
/** Findings of every host that still has something to do. */
async function preflightHosts(nodes, hops, { hostOf, repository, signal }) {
	if (hops.length === 0) return [];
	const limit = pLimit(HOSTS_AT_ONCE$3);
	const reached = nodes.filter(({ host }) => host.known);
	return (await Promise.all(reached.map((node) => limit(() => preflightHost(hostOf(node), node, hops, repository, signal))))).flat();
}
/** Whether the host can do what the hops ask of it: its tools, and every package in a repository whose signature holds. */
async function preflightHost(host, node, hops, configured, signal) {
	const object = `Node/${node.name}`;
	try {
		const script = offersScript([...new Set(hops.map(({ to }) => minorOf(to)))], configured, TOOLS);
		const { stdout } = await host.run(script, {
			sudo: true,
			signal,
			timeoutSeconds: 300
		});
		return judge$5(parseOffers(stdout), node, hops, configured ?? repositoryOn(node));
	} catch (thrown) {
		signal?.throwIfAborted();
		const { message, next, code } = asKubestairError(thrown);
		return [finding("host-preflight", {
			severity: "unknown",
			object,
			message,
			remedy: next ?? "Look at the host.",
			code
		})];
	}
}
function repositoryOn({ host }) {
	return host.known && host.value.repository !== "" ? host.value.repository : DEFAULT_REPOSITORY;
}
/**
* What stands in the way on one host.
* @param base repository that the host uses, without the minor
*/
function judge$5(offers, node, hops, base) {
	const object = `Node/${node.name}`;
	return [...offers.missingTools.length === 0 ? [] : [finding("host-tools", {
		severity: "blocking",
		object,
		message: `${offers.missingTools.join(", ")} ${offers.missingTools.length === 1 ? "is" : "are"} not installed`,
		remedy: "Install them. Kubestair upgrades hosts with systemd and apt (Debian, Ubuntu)."
	})], ...hops.flatMap(({ to }) => judgeVersion(offers, node, to, base))];
}
function judgeVersion(offers, node, to, base) {
	const minor = minorOf(to);
	const repository = repositoryOf(base, minor);
	const object = `Node/${node.name}`;
	const offer = offers.minors.get(minor);
	if (offer === void 0) return [];
	if (offer.error !== "" || offer.packages.length === 0) return [finding("package-repository", {
		severity: "blocking",
		object,
		message: `apt cannot use ${repository}: ${offer.error || "it holds none of kubeadm, kubelet and kubectl"}`,
		remedy: "Let the host reach the repository, or set spec.packages.repository to a mirror that it can reach."
	})];
	const missing = wantedOn(node).filter((name) => !offer.packages.some((line) => line.startsWith(`${name} ${to.slice(1)}-`)));
	if (missing.length === 0) return [];
	const newest = newestOf(releasesIn(offer.packages, "kubeadm"));
	return [finding("package-available", {
		severity: "blocking",
		object,
		message: `${repository} has no ${missing.join(", ")} ${to.slice(1)}${newest === void 0 ? "" : `; its newest is ${newest.slice(1)}`}`,
		remedy: "Choose a version that the repository has, or bring your mirror up to date."
	})];
}
function finding(check, rest) {
	return {
		check,
		...rest
	};
}
function wantedOn({ host }) {
	return host.known && host.value.packages.kubectl.version !== "" ? [
		"kubeadm",
		"kubelet",
		"kubectl"
	] : ["kubeadm", "kubelet"];
}
// src/tables/apis.ts
/**
* Every one of them. Source: the lifecycles in k8s.io/api, k8s.io/apiextensions-apiserver and k8s.io/kube-aggregator, the discovery
* documents in k8s.io/kubernetes, and for what is older the deprecation guide.
*/
const DEPRECATED_APIS = `
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy mutatingadmissionpolicies 1.35 1.38 admissionregistration.k8s.io/v1 1.36
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings 1.35 1.38 admissionregistration.k8s.io/v1 1.36
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy validatingadmissionpolicies 1.29 1.32 admissionregistration.k8s.io/v1 1.30
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings 1.29 1.32 admissionregistration.k8s.io/v1 1.30
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy mutatingadmissionpolicies 1.37 1.40 admissionregistration.k8s.io/v1 1.36
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings 1.37 1.40 admissionregistration.k8s.io/v1 1.36
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration mutatingwebhookconfigurations 1.16 1.22 admissionregistration.k8s.io/v1 1.16
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy validatingadmissionpolicies 1.31 1.34 admissionregistration.k8s.io/v1 1.30
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings 1.31 1.34 admissionregistration.k8s.io/v1 1.30
admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration validatingwebhookconfigurations 1.16 1.22 admissionregistration.k8s.io/v1 1.16
apiextensions.k8s.io/v1beta1 CustomResourceDefinition customresourcedefinitions 1.16 1.22 apiextensions.k8s.io/v1 1.16
apiregistration.k8s.io/v1beta1 APIService apiservices 1.19 1.22 apiregistration.k8s.io/v1 1.10
apps/v1beta1 ControllerRevision controllerrevisions 1.8 1.16 apps/v1 1.9
apps/v1beta1 Deployment deployments 1.8 1.16 apps/v1 1.9
apps/v1beta1 DeploymentRollback deploymentrollbacks 1.8 1.16 apps/v1 -
apps/v1beta1 Scale scales 1.8 1.16 autoscaling/v1 1.2
apps/v1beta1 StatefulSet statefulsets 1.8 1.16 apps/v1 1.9
apps/v1beta2 ControllerRevision controllerrevisions 1.9 1.16 apps/v1 1.9
apps/v1beta2 DaemonSet daemonsets 1.9 1.16 apps/v1 1.9
apps/v1beta2 Deployment deployments 1.9 1.16 apps/v1 1.9
apps/v1beta2 ReplicaSet replicasets 1.9 1.16 apps/v1 1.9
apps/v1beta2 Scale scales 1.9 1.16 autoscaling/v1 1.2
apps/v1beta2 StatefulSet statefulsets 1.9 1.16 apps/v1 1.9
authentication.k8s.io/v1alpha1 SelfSubjectReview selfsubjectreviews 1.29 1.32 authentication.k8s.io/v1 1.28
authentication.k8s.io/v1beta1 SelfSubjectReview selfsubjectreviews 1.30 1.33 authentication.k8s.io/v1 1.28
authentication.k8s.io/v1beta1 TokenReview tokenreviews 1.19 1.22 authentication.k8s.io/v1 1.6
authorization.k8s.io/v1beta1 LocalSubjectAccessReview localsubjectaccessreviews 1.19 1.22 authorization.k8s.io/v1 1.19
authorization.k8s.io/v1beta1 SelfSubjectAccessReview selfsubjectaccessreviews 1.19 1.22 authorization.k8s.io/v1 1.19
authorization.k8s.io/v1beta1 SelfSubjectRulesReview selfsubjectrulesreviews 1.19 1.22 authorization.k8s.io/v1 1.19
authorization.k8s.io/v1beta1 SubjectAccessReview subjectaccessreviews 1.19 1.22 authorization.k8s.io/v1 1.6
autoscaling/v2beta1 HorizontalPodAutoscaler horizontalpodautoscalers 1.22 1.25 autoscaling/v2 1.23
autoscaling/v2beta2 HorizontalPodAutoscaler horizontalpodautoscalers 1.23 1.26 autoscaling/v2 1.23
batch/v1beta1 CronJob cronjobs 1.21 1.25 batch/v1 1.21
certificates.k8s.io/v1alpha1 ClusterTrustBundle clustertrustbundles 1.34 1.37 certificates.k8s.io/v1beta1 1.33
certificates.k8s.io/v1alpha1 PodCertificateRequest podcertificaterequests - 1.35 certificates.k8s.io/v1beta1 -
certificates.k8s.io/v1beta1 CertificateSigningRequest certificatesigningrequests 1.19 1.22 certificates.k8s.io/v1 1.19
certificates.k8s.io/v1beta1 ClusterTrustBundle clustertrustbundles 1.37 1.40 certificates.k8s.io/v1 1.37
certificates.k8s.io/v1beta1 PodCertificateRequest podcertificaterequests 1.37 1.40 certificates.k8s.io/v1 1.37
coordination.k8s.io/v1alpha1 LeaseCandidate leasecandidates - 1.32 coordination.k8s.io/v1alpha2 -
coordination.k8s.io/v1alpha2 LeaseCandidate leasecandidates 1.35 1.38 coordination.k8s.io/v1beta1 1.33
coordination.k8s.io/v1beta1 Lease leases 1.19 1.22 coordination.k8s.io/v1 1.14
coordination.k8s.io/v1beta1 LeaseCandidate leasecandidates 1.36 1.39 - -
discovery.k8s.io/v1beta1 EndpointSlice endpointslices 1.21 1.25 discovery.k8s.io/v1 1.21
events.k8s.io/v1beta1 Event events 1.22 1.25 events.k8s.io/v1 1.19
extensions/v1beta1 DaemonSet daemonsets 1.8 1.16 apps/v1 1.9
extensions/v1beta1 Deployment deployments 1.8 1.16 apps/v1 1.9
extensions/v1beta1 DeploymentRollback deploymentrollbacks 1.8 1.16 - -
extensions/v1beta1 Ingress ingresses 1.14 1.22 networking.k8s.io/v1 1.19
extensions/v1beta1 NetworkPolicy networkpolicies 1.9 1.16 networking.k8s.io/v1 1.7
extensions/v1beta1 PodSecurityPolicy podsecuritypolicies 1.11 1.16 policy/v1beta1 -
extensions/v1beta1 ReplicaSet replicasets 1.8 1.16 apps/v1 1.9
extensions/v1beta1 Scale scales 1.2 1.16 - -
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema flowschemas 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta2 1.23
flowcontrol.apiserver.k8s.io/v1beta1 PriorityLevelConfiguration prioritylevelconfigurations 1.23 1.26 flowcontrol.apiserver.k8s.io/v1beta2 1.23
flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema flowschemas 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3 1.26
flowcontrol.apiserver.k8s.io/v1beta2 PriorityLevelConfiguration prioritylevelconfigurations 1.26 1.29 flowcontrol.apiserver.k8s.io/v1beta3 1.26
flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema flowschemas 1.29 1.32 flowcontrol.apiserver.k8s.io/v1 1.29
flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration prioritylevelconfigurations 1.29 1.32 flowcontrol.apiserver.k8s.io/v1 1.29
lifecycle.k8s.io/v1alpha1 Eviction evictions 1.40 1.43 - -
lifecycle.k8s.io/v1alpha1 EvictionRequest evictionrequests 1.40 1.43 - -
networking.k8s.io/v1alpha1 ClusterCIDR clustercidrs - 1.29 - -
networking.k8s.io/v1alpha1 IPAddress ipaddresses 1.30 1.33 networking.k8s.io/v1beta1 -
networking.k8s.io/v1alpha1 ServiceCIDR servicecidrs 1.30 1.33 networking.k8s.io/v1beta1 -
networking.k8s.io/v1beta1 IPAddress ipaddresses 1.34 1.37 networking.k8s.io/v1 1.33
networking.k8s.io/v1beta1 Ingress ingresses 1.19 1.22 networking.k8s.io/v1 1.19
networking.k8s.io/v1beta1 IngressClass ingressclasses 1.19 1.22 networking.k8s.io/v1 1.19
networking.k8s.io/v1beta1 ServiceCIDR servicecidrs 1.34 1.37 networking.k8s.io/v1 1.33
node.k8s.io/v1beta1 RuntimeClass runtimeclasses 1.22 1.25 node.k8s.io/v1 1.20
policy/v1beta1 Eviction evictions 1.22 1.25 policy/v1 1.22
policy/v1beta1 PodDisruptionBudget poddisruptionbudgets 1.21 1.25 policy/v1 1.21
policy/v1beta1 PodSecurityPolicy podsecuritypolicies 1.21 1.25 - -
rbac.authorization.k8s.io/v1beta1 ClusterRole clusterroles 1.17 1.22 rbac.authorization.k8s.io/v1 1.8
rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding clusterrolebindings 1.17 1.22 rbac.authorization.k8s.io/v1 1.8
rbac.authorization.k8s.io/v1beta1 Role roles 1.17 1.22 rbac.authorization.k8s.io/v1 1.8
rbac.authorization.k8s.io/v1beta1 RoleBinding rolebindings 1.17 1.22 rbac.authorization.k8s.io/v1 1.8
resource.k8s.io/v1alpha1 PodScheduling podschedulings - 1.27 - -
resource.k8s.io/v1alpha1 ResourceClaim resourceclaims - 1.27 - -
resource.k8s.io/v1alpha1 ResourceClaimTemplate resourceclaimtemplates - 1.27 - -
resource.k8s.io/v1alpha1 ResourceClass resourceclasses - 1.27 - -
resource.k8s.io/v1alpha2 PodSchedulingContext podschedulingcontexts - 1.31 - -
resource.k8s.io/v1alpha2 ResourceClaim resourceclaims - 1.31 - -
resource.k8s.io/v1alpha2 ResourceClaimParameters resourceclaimparameters - 1.31 - -
resource.k8s.io/v1alpha2 ResourceClaimTemplate resourceclaimtemplates - 1.31 - -
resource.k8s.io/v1alpha2 ResourceClass resourceclasses - 1.31 - -
resource.k8s.io/v1alpha2 ResourceClassParameters resourceclassparameters - 1.31 - -
resource.k8s.io/v1alpha2 ResourceSlice resourceslices - 1.31 - -
resource.k8s.io/v1alpha3 DeviceClass deviceclasses - 1.34 resource.k8s.io/v1beta1 -
resource.k8s.io/v1alpha3 DeviceTaintRule devicetaintrules 1.36 1.39 resource.k8s.io/v1 1.37
resource.k8s.io/v1alpha3 PodSchedulingContext podschedulingcontexts - 1.32 - -
resource.k8s.io/v1alpha3 ResourceClaim resourceclaims - 1.34 resource.k8s.io/v1beta1 -
resource.k8s.io/v1alpha3 ResourceClaimTemplate resourceclaimtemplates - 1.34 resource.k8s.io/v1beta1 -
resource.k8s.io/v1alpha3 ResourcePoolStatusRequest resourcepoolstatusrequests 1.39 1.42 - -
resource.k8s.io/v1alpha3 ResourceSlice resourceslices - 1.34 resource.k8s.io/v1beta1 -
resource.k8s.io/v1beta1 DeviceClass deviceclasses 1.35 1.38 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta1 ResourceClaim resourceclaims 1.35 1.38 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta1 ResourceClaimTemplate resourceclaimtemplates 1.35 1.38 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta1 ResourceSlice resourceslices 1.35 1.38 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta2 DeviceClass deviceclasses 1.36 1.39 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta2 DeviceTaintRule devicetaintrules 1.39 1.42 resource.k8s.io/v1 1.37
resource.k8s.io/v1beta2 ResourceClaim resourceclaims 1.36 1.39 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta2 ResourceClaimTemplate resourceclaimtemplates 1.36 1.39 resource.k8s.io/v1 1.34
resource.k8s.io/v1beta2 ResourceSlice resourceslices 1.36 1.39 resource.k8s.io/v1 1.34
scheduling.k8s.io/v1alpha1 Workload workloads - 1.36 scheduling.k8s.io/v1alpha2 1.36
scheduling.k8s.io/v1alpha2 PodGroup podgroups - 1.37 scheduling.k8s.io/v1beta1 1.37
scheduling.k8s.io/v1alpha2 Workload workloads - 1.37 scheduling.k8s.io/v1beta1 1.37
scheduling.k8s.io/v1beta1 PodGroup podgroups 1.40 1.43 - -
scheduling.k8s.io/v1beta1 PriorityClass priorityclasses 1.14 1.22 scheduling.k8s.io/v1 1.14
scheduling.k8s.io/v1beta1 Workload workloads 1.40 1.43 - -
storage.k8s.io/v1alpha1 CSIStorageCapacity csistoragecapacities 1.21 1.24 storage.k8s.io/v1beta1 1.21
storage.k8s.io/v1alpha1 VolumeAttachment volumeattachments 1.21 1.24 storage.k8s.io/v1 1.13
storage.k8s.io/v1alpha1 VolumeAttributesClass volumeattributesclasses 1.32 1.35 storage.k8s.io/v1 1.34
storage.k8s.io/v1beta1 CSIDriver csidrivers 1.19 1.22 storage.k8s.io/v1 1.18
storage.k8s.io/v1beta1 CSINode csinodes 1.17 1.22 storage.k8s.io/v1 1.17
storage.k8s.io/v1beta1 CSIStorageCapacity csistoragecapacities 1.24 1.27 storage.k8s.io/v1 1.24
storage.k8s.io/v1beta1 StorageClass storageclasses 1.19 1.22 storage.k8s.io/v1 1.6
storage.k8s.io/v1beta1 VolumeAttachment volumeattachments 1.19 1.22 storage.k8s.io/v1 1.13
storage.k8s.io/v1beta1 VolumeAttributesClass volumeattributesclasses 1.34 1.37 storage.k8s.io/v1 1.34
storagemigration.k8s.io/v1alpha1 StorageVersionMigration storageversionmigrations - 1.35 storagemigration.k8s.io/v1beta1 -
storagemigration.k8s.io/v1beta1 StorageVersionMigration storageversionmigrations 1.37 1.40 storagemigration.k8s.io/v1 1.37
`.trim().split("\n").map((row) => {
	const [api = "", kind = "", resource = "", deprecatedIn, removedIn = "", replacement, replacementSince] = row.split(" ").map((cell) => cell === "-" ? void 0 : cell);
	return {
		api,
		kind,
		resource,
		removedIn,
		...deprecatedIn !== void 0 && { deprecatedIn },
		...replacement !== void 0 && { replacement },
		...replacementSince !== void 0 && { replacementSince }
	};
});
const byKind = new Map(DEPRECATED_APIS.map((entry) => [`${entry.api} ${entry.kind}`, entry]));
const byResource = new Map(DEPRECATED_APIS.map((entry) => [`${entry.api} ${entry.resource}`, entry]));
/** @param api `group/version`, as in an object's apiVersion */
function deprecatedKind(api, kind) {
	return byKind.get(`${api} ${kind}`);
}
/** @param api `group/version` */
function deprecatedResource(api, resource) {
	return byResource.get(`${api} ${resource}`);
}
/** As kubectl takes it: `volumeattributesclasses.v1beta1.storage.k8s.io`. */
function resourceName$1({ api, resource }) {
	const [group = "", version = ""] = api.split("/");
	return `${resource}.${version}.${group}`;
}
// src/evidence/requested-apis.ts
/** Counts requests since the API server started, by verb, group, version and resource among others. Stable since 1.26. */
const REQUESTS = "apiserver_request_total{";
/** Is 1 for each deprecated API version that was asked for since then; alphas are in it only if they were ever deprecated. Stable since 1.22 (KEP-1693). */
const DEPRECATED = "apiserver_requested_deprecated_apis{";
const STARTED = "process_start_time_seconds ";
/** Answers to those that may not ask at all. */
const REFUSALS = ["401", "403"];
/**
* Reads the metrics of one API server, a line at a time: those of a busy one are tens of megabytes.
* @param now seconds since the epoch, on the API server's own clock
* @param isPreferred whether the group of an API prefers that version for the resource
* @throws Error for a text that is not an API server's metrics
*/
async function readRequestedApis(lines, now, isPreferred) {
	const found = /* @__PURE__ */ new Map();
	let started;
	let counts = false;
	for await (const line of lines) {
		if (line.startsWith(STARTED)) started = Number(line.slice(27));
		const isCount = line.startsWith(REQUESTS);
		counts ||= isCount;
		if (!isCount && !line.startsWith(DEPRECATED)) continue;
		const labels = labelsOf(line);
		const asked = askedIn(labels);
		if (deprecatedResource(asked.api, asked.resource) === void 0) continue;
		if (REFUSALS.includes(labels.get("code") ?? "")) continue;
		const key = `${asked.api} ${asked.resource}`;
		const entry = found.get(key) ?? {
			asked,
			verbs: /* @__PURE__ */ new Set()
		};
		found.set(key, entry);
		if (isCount) entry.verbs.add(labels.get("verb") ?? "");
	}
	if (!counts || started === void 0) throw new Error("its metrics count no requests");
	const apis = [...found.values()].map(({ asked, verbs }) => ({
		...asked,
		verbs: [...verbs].toSorted(),
		preferred: isPreferred(asked)
	}));
	return {
		upSeconds: Math.max(0, Math.round(now - started)),
		apis: apis.toSorted((a, b) => `${a.api} ${a.resource}` < `${b.api} ${b.resource}` ? -1 : 1)
	};
}
function askedIn(labels) {
	const group = labels.get("group") ?? "";
	const version = labels.get("version") ?? "";
	return {
		api: group === "" ? version : `${group}/${version}`,
		resource: labels.get("resource") ?? ""
	};
}
/** Labels of a line in the text format of Prometheus; none that matters here has an escape in its value. */
function labelsOf(line) {
	return new Map([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}
// src/providers/kubeadm/requested-apis.ts
/** The certificate that kubeadm makes for the API server to ask kubelets with; its group kubeadm:cluster-admins may read metrics. */
const MATERIAL = [
	"ca.crt",
	"apiserver-kubelet-client.crt",
	"apiserver-kubelet-client.key"
];
/** In every serving certificate of an API server that kubeadm made (pkiutil.GetAPIServerAltNames). */
const SERVER_NAME = "kubernetes";
const ANY_ADDRESS = ["0.0.0.0", "::"];
/**
* What the API server on a host was asked for: each one counts for itself, and behind a load balancer only one of them answers.
* @throws KubestairError HOST_*; Error for metrics that are refused or none of an API server
*/
async function requestedApis(host, { certificatesDir = "/etc/kubernetes/pki" }, served, openMetrics, signal) {
	const script = `set -eu
date +%s
grep -ohE -e '--(secure-port|bind-address)=[^ "]+' /etc/kubernetes/manifests/kube-apiserver.yaml | tr '\\n' ' '
echo
${MATERIAL.map((name) => `base64 -w 0 <${quote(`${certificatesDir}/${name}`)}; echo`).join("\n")}`;
	const { stdout } = await host.run(script, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	const [now = "", flags = "", ...material] = stdout.split("\n");
	const [ca = "", cert = "", key = ""] = material.map((line) => Buffer.from(line, "base64").toString("utf8"));
	const tunnel = await host.tunnel(addressOf(flags), signal);
	const { socketPath } = tunnel;
	const metrics = openMetrics({
		socketPath,
		serverName: SERVER_NAME,
		path: "/metrics",
		tls: {
			ca,
			cert,
			key
		}
	});
	const preferred = new Set(served.filter((api) => api.preferred).map(({ api, resource }) => `${api} ${resource}`));
	try {
		return await readRequestedApis(metrics.lines(signal), Number(now), ({ api, resource }) => preferred.has(`${api} ${resource}`));
	} finally {
		await metrics.close();
		await tunnel.close();
	}
}
function addressOf(flags) {
	const flag = (name) => new RegExp(`--${name}=(\\S+)`).exec(flags)?.[1];
	const bound = flag("bind-address") ?? "0.0.0.0";
	return {
		host: ANY_ADDRESS.includes(bound) ? "127.0.0.1" : bound,
		port: Number(flag("secure-port") ?? 6443)
	};
}
// src/backup/digest.ts
/** Counts and hashes (SHA-256) a stream while someone else reads it. */
function measure(source) {
	const hash = createHash("sha256");
	let count = 0;
	let finished;
	async function* pass() {
		for await (const chunk of source) {
			count += chunk.length;
			hash.update(chunk);
			yield chunk;
		}
		finished = {
			bytes: count,
			sha256: hash.digest("hex")
		};
	}
	return {
		bytes: pass(),
		digest() {
			if (finished === void 0) throw new Error("the stream was not read to its end");
			return finished;
		}
	};
}
/** Reads a stream to its end for its digest alone. */
async function digestOf$1(source) {
	const measured = measure(source);
	for await (const _chunk of measured.bytes);
	return measured.digest();
}
// src/backup/unseal.ts
/**
* Reads the file that age-keygen writes: one identity a line, and comments.
* @param called how the reader of a message knows the file
* @throws KubestairError IDENTITY_INVALID, which repeats nothing of what was read
*/
function readIdentities(text, called) {
	const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
	if (lines.length === 0) throw invalid$3(called, "holds no identity");
	for (const [index, line] of lines.entries()) try {
		new Decrypter().addIdentity(line);
	} catch (error) {
		throw invalid$3(called, `holds something else than age identities (entry ${index + 1})`, error);
	}
	return lines;
}
/**
* A part as it was before it was sealed. Both digests are compared on the way, so what was read is proven only once the stream
* came to its end: until then nothing may rely on it.
* @throws KubestairError IDENTITY_MISSING, IDENTITY_WRONG, STORE_CORRUPT for a part that is gone, cut off, swapped or changed, and
*   what the store throws; from the stream
*/
async function* openPart(part, { store, prefix, identities }, signal) {
	const object = `${store.url}/${prefix}${part.path}`;
	const encrypted = part.path.endsWith(".age");
	if (encrypted && identities.length === 0) throw missing(object);
	const body = await store.get(prefix + part.path, signal);
	if (body === void 0) throw corrupt(object, "it is gone");
	let failure;
	const stored = measure(keepingFailure(body, (thrown) => failure = thrown));
	const compressed = encrypted ? decrypt(stored.bytes, identities, object) : stored.bytes;
	const plain = measure(part.path.replace(/\.age$/, "").endsWith(".zst") ? decompress(compressed) : compressed);
	try {
		yield* plain.bytes;
	} catch (thrown) {
		signal?.throwIfAborted();
		if (failure !== void 0) throw failure;
		if (thrown instanceof KubestairError) throw thrown;
		throw corrupt(object, `it cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`, thrown);
	}
	compare$5(object, "as the store holds it", stored.digest(), part.sealed);
	compare$5(object, "unsealed", plain.digest(), part.plain);
}
async function* decrypt(source, identities, object) {
	const decrypter = new Decrypter();
	for (const identity of identities) decrypter.addIdentity(identity);
	let plain;
	try {
		plain = await decrypter.decrypt(ReadableStream.from(source));
	} catch (thrown) {
		if (thrown instanceof Error && /no identity matched/.test(thrown.message)) throw wrong(object, thrown);
		throw thrown;
	}
	yield* plain;
}
async function* decompress(source) {
	const zstd = createZstdDecompress();
	const fed = new Promise((resolve) => {
		pipeline(Readable.from(source, { objectMode: false }), zstd, () => resolve());
	});
	yield* zstd;
	await fed;
}
/** Whatever stands between hands an error of the store on as one of its own. */
async function* keepingFailure(source, onFailure) {
	try {
		yield* source;
	} catch (thrown) {
		onFailure(thrown);
		throw thrown;
	}
}
function compare$5(object, how, found, written) {
	if (found.bytes === written.bytes && found.sha256 === written.sha256) return;
	throw corrupt(object, `${how} it has ${found.bytes} bytes with SHA-256 ${found.sha256}, but the manifest says ${written.bytes} bytes with ${written.sha256}`);
}
function corrupt(object, finding, cause) {
	return new KubestairError("STORE_CORRUPT", `a part of the backup is not what was written: ${finding}`, {
		object,
		next: "Take another backup, and look at the disks and the access log of the store.",
		cause
	});
}
function missing(object) {
	return new KubestairError("IDENTITY_MISSING", "the backup is encrypted, and no age identity was given", {
		object,
		next: "Give the file that age-keygen made for one of the recipients with --identity, or its contents as the input age-identity."
	});
}
function wrong(object, cause) {
	return new KubestairError("IDENTITY_WRONG", "none of the age identities can open the backup", {
		object,
		next: "Give the identity of one of the recipients that the manifest names.",
		cause
	});
}
function invalid$3(called, finding, cause) {
	return new KubestairError("IDENTITY_INVALID", `${called} ${finding}`, {
		object: called,
		next: "Give the file that age-keygen wrote, with its line AGE-SECRET-KEY-1….",
		cause
	});
}
// src/providers/kubeadm/lines.ts
/** Takes output as it arrives and gives whole lines, without colours and control characters. */
function lineReader() {
	let open = "";
	return {
		feed(text) {
			const parts = (open + text).split(/\r?\n|\r/);
			open = parts.pop() ?? "";
			return parts.map(clean).filter((line) => line !== "");
		},
		rest() {
			const line = clean(open);
			open = "";
			return line === "" ? [] : [line];
		}
	};
}
function clean(line) {
	return stripVTControlCharacters(line).trimEnd();
}
// src/providers/kubeadm/unit.ts
/** A connection may be away for as long as a host takes to come back; the unit goes on by itself. */
const PATIENCE_SECONDS$4 = 600;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 2e3;
const LINES_KEPT = 60;
/**
* Runs a script on a host as a transient systemd unit and follows it. If it runs already, started by this run over a connection
* that broke or by an earlier run, it is followed and not started again. An abort ends the following, never the unit.
* @throws KubestairError HOST_* when the host does not come back
*/
async function runUnit(host, unit, clock, context) {
	const before = await look$1(host, unit, 0, clock, context);
	if (before.running) {
		context.note(`found it still running on ${host.name} and followed it`);
		return follow(host, unit, before.attempt, clock, context);
	}
	const attempt = `${context.runId} ${clock.now().toISOString()}`;
	await start(host, unit, attempt, clock, context);
	return follow(host, unit, attempt, clock, context);
}
async function start(host, unit, attempt, clock, context) {
	const script = startScript({
		...unit,
		attempt,
		epoch: context.epoch
	});
	await persistently(host, clock, context, async () => {
		const { attempt: started } = parseLook((await run$1(host, lookScript(unit.name, 0), context)).stdout);
		if (started !== attempt) await startFenced(host, script, context);
	});
}
async function follow(host, unit, attempt, clock, context) {
	const reader = lineReader();
	const lines = [];
	const take = (fresh) => {
		for (const line of fresh) context.say(line);
		lines.push(...fresh);
		lines.splice(0, lines.length - LINES_KEPT);
	};
	let followed = attempt;
	let offset = 0;
	let pause = FIRST_PAUSE_MILLISECONDS;
	while (true) {
		const now = await look$1(host, unit, offset, clock, context);
		if (now.running) followed = now.attempt;
		take(reader.feed(now.output));
		offset = Math.min(now.size, offset + CHUNK_BYTES);
		if (!now.running && offset >= now.size) {
			take(reader.rest());
			return {
				exitCode: now.attempt === followed ? now.exitCode : void 0,
				lines
			};
		}
		if (offset >= now.size) await clock.sleep(pause, context.signal);
		pause = Math.min(pause * 1.5, LONGEST_PAUSE_MILLISECONDS);
	}
}
function look$1(host, unit, offset, clock, context) {
	return persistently(host, clock, context, async () => {
		const { stdout } = await run$1(host, lookScript(unit.name, offset), context);
		return parseLook(stdout);
	});
}
function startFenced(host, script, { signal, epoch }) {
	return runFenced(host, script, epoch, "could not start a unit", signal);
}
/** From now on the host refuses work of runs that held the lock before. @throws KubestairError LOCK_LOST, HOST_* */
function raiseFence(host, epoch, signal) {
	return runFenced(host, fenceScript(epoch), epoch, "could not raise the fence", signal);
}
async function runFenced(host, script, epoch, failure, signal) {
	const options = {
		sudo: true,
		signal,
		timeoutSeconds: 60,
		allowFailure: true
	};
	const { exitCode, stdout, stderr } = await host.run(script, options);
	if (exitCode === 86) throw fenced(host, epoch, stdout.trim());
	if (exitCode === 0) return;
	throw new KubestairError("HOST_COMMAND", `${failure}: exit code ${exitCode}: ${stderr.trim()}`, {
		object: `Node/${host.name}`,
		next: "Run the same command again once that is mended: it goes on from here."
	});
}
function fenced(host, epoch, seen) {
	return new KubestairError("LOCK_LOST", `${host.name} has seen epoch ${seen} of the lock, and this run holds epoch ${epoch}: another run took over`, {
		object: `Node/${host.name}`,
		next: "Look with `kubestair status` at what the other run does. If there is none, since store and cluster were replaced, remove /var/lib/kubestair/epoch on the hosts."
	});
}
function run$1(host, script, { signal }) {
	return host.run(script, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
}
function persistently(host, clock, context, work) {
	return patiently(work, {
		clock,
		signal: context.signal,
		seconds: PATIENCE_SECONDS$4,
		onWait: () => context.note(`the connection to ${host.name} was lost; work there goes on by itself`)
	});
}
// src/providers/kubeadm/job.ts
/** kubeadm's preflight runs a Job with 15 seconds to live, which a busy cluster overruns (phases/upgrade/health.go). */
const FLAKY_PREFLIGHT = {
	when: says(/\[ERROR (CreateJob|ControlPlaneNodesReady)\]/),
	reason: "kubeadm's health check of the cluster ran out of time",
	waitSeconds: 15,
	attempts: 3
};
/** After an API server restarts, its authorizers do not yet know that a node may read kubeadm's configuration. */
const NODE_NOT_AUTHORIZED = {
	when: says(/no relationship found between node|"system:node:[^"]+" cannot get resource|configmaps "kube(adm|let)-config[^"]*" is forbidden/),
	reason: "the API server does not let the node read kubeadm's configuration yet",
	waitSeconds: 10,
	forSeconds: 300
};
/** An API server or etcd member that restarts while kubeadm talks to it. */
const RESTARTING = {
	when: says(/connection refused|connection reset by peer|unexpected EOF|TLS handshake timeout|i\/o timeout|context deadline exceeded|Client\.Timeout exceeded|etcdserver: (leader changed|request timed out|no leader)|http2: client connection lost/),
	reason: "the API server did not answer kubeadm",
	waitSeconds: 15,
	attempts: 3
};
/** The host was restarted, or its memory ran out. */
const CUT_OFF = {
	when: ({ exitCode }) => exitCode === void 0,
	reason: "the work on the host was cut off",
	waitSeconds: 5,
	attempts: 2
};
/**
* Runs a unit until it succeeds, again after failures that are known to pass.
* @throws KubestairError STEP_FAILED with kubeadm's or apt's own last words; HOST_*
*/
async function runJob(host, unit, retries, clock, context) {
	const counts = /* @__PURE__ */ new Map();
	while (true) {
		const end = await runUnit(host, unit, clock, context);
		if (end.exitCode === 0) return end;
		const retry = retries.find(({ when }) => when(end));
		if (retry === void 0) throw failure(host, unit, end);
		const now = clock.now().getTime();
		const count = counts.get(retry) ?? {
			attempts: 0,
			since: now
		};
		count.attempts += 1;
		counts.set(retry, count);
		if (count.attempts >= (retry.attempts ?? Number.POSITIVE_INFINITY)) throw failure(host, unit, end);
		if (now - count.since >= (retry.forSeconds ?? Number.POSITIVE_INFINITY) * 1e3) throw failure(host, unit, end);
		context.note(`${retry.reason}; trying again in ${retry.waitSeconds} s (attempt ${count.attempts + 1})`);
		await clock.sleep(retry.waitSeconds * 1e3, context.signal);
	}
}
function says(pattern) {
	return ({ lines }) => lines.some((line) => pattern.test(line));
}
function failure(host, unit, { exitCode, lines }) {
	const how = exitCode === void 0 ? "was cut off" : `ended with exit code ${exitCode}`;
	const words = lines.slice(-6).join("\n");
	return new KubestairError("STEP_FAILED", `${unit.title}: the work on ${host.name} ${how}${words === "" ? "" : `:\n${words}`}`, {
		object: `Node/${host.name}`,
		next: `Look at all of its output in ${unitDirectory(unit.name)}/output on ${host.name}, mend the cause, and run the same command again: it goes on from here.`
	});
}
// src/restore/etcd/bump.ts
/** The documented amount (etcd.io/docs/v3.6/op-guide/recovery), far above what a cluster writes between backup and restore. */
const STEP = 1000000000n;
/**
* How much the revision has to go up by in a restore, so that the cluster never sees a revision again that it had before. A backup
* that is restored a second time needs more than the first time: the cluster has counted on from there.
* @param snapshotRevision revision of the snapshot
* @param known highest revision that the cluster is known to have had
*/
function bumpFor(snapshotRevision, known) {
	const steps = (known + STEP / 2n - snapshotRevision + STEP - 1n) / STEP;
	return STEP * (steps > 1n ? steps : 1n);
}
// src/restore/etcd/host-backup.ts
/** Files that are of use to plan with; keys are not among them. */
const NEEDED$1 = [
	/^etc\/kubernetes\/manifests\/[^/]+\.yaml$/,
	/^etc\/kubernetes\/pki\/(.+\/)?[^/]+\.crt$/,
	/^kubestair\//
];
/** Reads the files of a host out of a backup. @throws KubestairError like openPart() */
async function readHostBackup({ node, part }, source, signal) {
	const entries = await unpackTar(ReadableStream.from(openPart(part, source, signal)), {
		strict: true,
		filter: ({ name }) => NEEDED$1.some((pattern) => pattern.test(name))
	});
	const files = new Map(entries.flatMap(({ header, data }) => data === void 0 ? [] : [[`/${header.name}`, Buffer.from(data).toString("utf8")]]));
	return {
		node,
		file: (path) => files.get(path),
		packages: packagesOf(files.get("/kubestair/packages.tsv") ?? "", files.get("/kubestair/holds.txt") ?? "")
	};
}
function packagesOf(table, holds) {
	const versions = new Map(table.split("\n").map((line) => line.split("	").slice(0, 2)));
	const held = new Set(holds.split("\n").map((line) => line.trim()));
	const packageOf = (name) => ({
		version: versions.get(name) ?? "",
		held: held.has(name)
	});
	return {
		kubeadm: packageOf("kubeadm"),
		kubelet: packageOf("kubelet"),
		kubectl: packageOf("kubectl")
	};
}
// src/providers/kubeadm/restore/checks.ts
/** What is left free on top of what the data needs: a WAL file is made at its full size of 64 MiB, and the next one with it. */
const SPARE_BYTES = 268435456;
/** What speaks against a restore, as the hosts were found. */
function checkHosts(input) {
	return Object.entries({
		"restore-members": members,
		"restore-etcd-version": etcdVersion,
		"restore-kubernetes-version": kubernetesVersion,
		"restore-space": space,
		"restore-encryption": encryption,
		"restore-tools": tools
	}).flatMap(([check, find]) => find(input).map((found) => ({
		check,
		...found
	})));
}
/** The newest version of Kubernetes that a control plane's manifests name; undefined where they name none. */
function controlPlaneVersion(hosts) {
	return newestOf(hosts.map(({ manifests }) => versionOfTag(tagOf(manifests["kube-apiserver"]?.image ?? "") ?? "")).filter((version) => version !== void 0));
}
function members({ hosts }) {
	const found = [];
	const surveyed = hosts.flatMap(({ host, facts }) => facts.member ? [{
		host,
		member: facts.member
	}] : []);
	for (const { host, facts } of hosts.filter(({ host }) => host.role === "control-plane")) {
		if (facts.manifests["kube-apiserver"] !== void 0) continue;
		found.push({
			severity: "blocking",
			object: `Node/${host.name}`,
			message: "it has no manifest of a kube-apiserver, so nothing could be started there after the restore",
			remedy: `Bring /etc/kubernetes back first: take the tar hosts/${host.name} of the backup out of the store, unseal it, and unpack it over /.`
		});
	}
	for (const { host, member } of surveyed) {
		const object = `Node/${host.name}`;
		if (member.walDir !== void 0) found.push({
			severity: "blocking",
			object,
			message: `etcd keeps its WAL apart from its data, in ${member.walDir}, which Kubestair does not restore yet`,
			remedy: "Let the member keep its WAL in the data directory, or restore by hand as docs/restore.md says."
		});
		const lonely = member.peerUrls.some((url) => /\/\/(localhost|127\.|\[::1\])/.test(url));
		if (member.peerUrls.length === 0 || surveyed.length > 1 && lonely) found.push({
			severity: "blocking",
			object,
			message: `etcd names no peer URL that other members can reach (${member.peerUrls.join(", ") || "none at all"})`,
			remedy: "Correct --initial-advertise-peer-urls of that member."
		});
	}
	const names = surveyed.map(({ member }) => member.name);
	const twice = names.filter((name, index) => names.indexOf(name) !== index);
	if (twice.length > 0) found.push({
		severity: "blocking",
		object: "etcd",
		message: `two members have the name ${twice[0]}`,
		remedy: "Give each member a --name of its own."
	});
	if (surveyed.length === 0) found.push({
		severity: "blocking",
		object: "etcd",
		message: "no host has a member of etcd",
		remedy: "Look at /etc/kubernetes/manifests/etcd.yaml on the control planes, or at etcd.service on the hosts of an external etcd."
	});
	return found;
}
/** etcd reads data of its own minor and of the one before (etcd.io/docs/v3.6/upgrades); older programs do not read newer data. */
function etcdVersion({ manifest, hosts, command }) {
	if (command === "rollback") return [];
	const taken = `v${manifest.etcd.etcdVersion}`;
	return hosts.flatMap(({ host, facts }) => {
		if (facts.member === void 0) return [];
		const { version } = facts.member;
		const object = `Node/${host.name}`;
		if (version === void 0) return [{
			severity: "unknown",
			object,
			message: "nothing says which version of etcd runs there",
			remedy: "Name the image of etcd in the static pod's manifest with its version as tag."
		}];
		if (isAtLeastMinor(`v${version}`, minorOf(taken))) return [];
		return [{
			severity: "blocking",
			object,
			message: `the snapshot is of etcd ${manifest.etcd.etcdVersion}, and the host runs ${version}, which does not read newer data`,
			remedy: "Choose an older backup, or bring the host to that version of etcd first."
		}];
	});
}
function kubernetesVersion({ manifest, hosts, command }) {
	if (command === "rollback") return [];
	const now = controlPlaneVersion(hosts.map(({ facts }) => facts));
	const then = manifest.cluster.version;
	if (now === void 0 || minorOf(now) === minorOf(then)) return [];
	const object = `cluster ${manifest.cluster.name}`;
	if (compareVersions(now, then) > 0) return [{
		severity: "warning",
		object,
		message: `the backup is of ${then}, and the control plane is at ${now}: it will run on objects, add-ons and kubeadm's record of ${minorOf(then)}`,
		remedy: "The hosts stay at their version; Kubernetes has no downgrade in place."
	}];
	return [{
		severity: "blocking",
		object,
		message: `the backup is of ${then}, and the control plane is at ${now}: an older API server may not read what a newer one stored`,
		remedy: "Choose an older backup, or bring the control plane to that version first."
	}];
}
function space({ manifest, hosts }) {
	const { bytes } = manifest.etcd.part.plain;
	const needs = bytes + SPARE_BYTES;
	return hosts.flatMap(({ host, facts }) => {
		if (facts.member === void 0 || facts.unfinished !== void 0) return [];
		const places = [{
			place: "/var/lib",
			free: facts.freeBytes
		}, {
			place: facts.member.dataDir,
			free: facts.member.freeBytes
		}];
		const both = facts.freeBytes === facts.member.freeBytes ? 2 * bytes + SPARE_BYTES : needs;
		const short = places.find(({ free }) => !(free >= both));
		if (short === void 0) return [];
		return [{
			severity: Number.isNaN(short.free) ? "unknown" : "blocking",
			object: `Node/${host.name}`,
			message: `${short.place} has ${formatBytes$1(short.free)} free, and the restore needs ${formatBytes$1(both)}: the old data is kept`,
			remedy: "Make room there. Leftovers of kubeadm in /etc/kubernetes/tmp and data of earlier restores are safe to remove once they are not needed."
		}];
	});
}
/** With other keys than those of the backup the API server could read nothing of what comes back. */
function encryption({ manifest, hosts }) {
	return hosts.flatMap(({ host, facts }) => {
		if (host.role !== "control-plane") return [];
		const then = encryptionOf(manifest, host.name);
		const now = facts.encryption;
		const object = `Node/${host.name}`;
		if (then === void 0) {
			if (now === void 0) return [];
			return [{
				severity: "warning",
				object,
				message: "its API server encrypts at rest now and did not at the time of the backup: what comes back is not encrypted",
				remedy: "Rewrite the Secrets after the restore: kubectl get secrets -A -o json | kubectl replace -f -."
			}];
		}
		if (now === void 0) return [{
			severity: "blocking",
			object,
			message: `its API server has no --encryption-provider-config, and what the backup holds was encrypted with ${then.file}`,
			remedy: "Set the flag in its manifest, then run the command again."
		}];
		if (now.sha256 === then.part.plain.sha256) return [];
		const finding = now.sha256 === "" ? "is missing" : "is not the one of the backup";
		return [{
			severity: "warning",
			object,
			message: `${now.file} ${finding}: the one of the backup takes its place${now.sha256 === "" ? "" : ", and the other is kept"}`,
			remedy: "If keys were changed since, change them again after the restore."
		}];
	});
}
/** The EncryptionConfiguration of a host; one that was not there at the time of the backup gets what the others had. */
function encryptionOf({ encryption = [] }, node) {
	return encryption.find((part) => part.node === node) ?? encryption[0];
}
function tools({ hosts }) {
	return hosts.flatMap(({ host, facts }) => {
		const { member } = facts;
		if (member === void 0 || member.etcdutl !== void 0) return [];
		return [{
			severity: "blocking",
			object: `Node/${host.name}`,
			message: `it has no etcdutl of etcd ${member.version ?? "of its version"}: neither containerd with ctr, nor a running etcd, nor one in PATH`,
			remedy: `Install etcdutl ${member.version ?? ""} of https://github.com/etcd-io/etcd/releases in /usr/local/bin.`
		}];
	});
}
// src/providers/kubeadm/restore/identity.ts
const CA = "/etc/kubernetes/pki/ca.crt";
/**
* Whether the hosts are those of the cluster that was backed up. The UID says so where the API server has its data; a cluster that
* lost it has none or a new one, but still its certificate authority.
*/
function checkIdentity({ backup: { manifest }, live, otherCluster, expectedUid }, hosts, backups) {
	const { uid, name } = manifest.cluster;
	if (expectedUid !== void 0 && expectedUid !== uid) return [{
		check: "restore-identity",
		severity: otherCluster ? "warning" : "blocking",
		object: `cluster ${name}`,
		message: `the backup is of cluster ${uid}, and the cluster file means ${expectedUid}`,
		remedy: otherCluster ? "" : "Choose a backup of this cluster; if it was made anew and is to become the one of the backup, say so with --other-cluster."
	}];
	if (live.known && live.value.uid === uid) return [];
	const authorities = new Set(backups.map((backup) => backup.file(CA)?.trim()).filter((ca) => ca !== void 0));
	const strangers = hosts.filter(({ host, facts }) => host.role === "control-plane" && !authorities.has(facts.ca?.trim() ?? ""));
	const answers = live.known ? `the API server answers as cluster ${live.value.uid}` : "the API server does not answer";
	if (strangers.length === 0) {
		if (!live.known) return [];
		return [{
			check: "restore-identity",
			severity: "warning",
			object: `cluster ${name}`,
			message: `${answers}, and the backup is of ${uid}; the hosts have the certificate authority of the backup, so it is the same cluster with new data`,
			remedy: ""
		}];
	}
	const names = strangers.map(({ host }) => host.name).join(", ");
	return [{
		check: "restore-identity",
		severity: otherCluster ? "warning" : "blocking",
		object: `cluster ${name}`,
		message: `the backup is of cluster ${uid}; ${answers}, and ${names} ${strangers.length === 1 ? "has" : "have"} another certificate authority than the backup`,
		remedy: otherCluster ? "Tokens, kubeconfigs and certificates of the old authority will not work." : "Choose a backup of this cluster. If the hosts are to become the cluster of the backup, say so with --other-cluster."
	}];
}
// src/providers/kubeadm/restore/nodes.ts
/** The nodes of the backup, but for those that are gone; and those that joined since, whose kubelets have to look again. */
function nodesOf({ backup: { manifest }, nodes, live, without, command }) {
	const now = live.known && live.value.uid === manifest.cluster.uid ? live.value.nodes : void 0;
	const names = new Set(nodes.map(({ name }) => name));
	const joined = (now ?? []).filter(({ name }) => !names.has(name));
	const left = now === void 0 ? [] : nodes.filter((node) => !now.some(({ name }) => name === node.name));
	const gone = /* @__PURE__ */ new Set([...without, ...left.map(({ name }) => name)]);
	const there = nodes.filter(({ name }) => !gone.has(name));
	return {
		controlPlanes: there.filter(({ role }) => role === "control-plane"),
		workers: [...there, ...joined].filter(({ role }) => role === "worker"),
		findings: [
			...joined.map((node) => joinedSince(node, command)),
			...nodes.filter(({ name }) => gone.has(name)).map(leftSince),
			...without.filter((name) => !names.has(name)).map(notKnown)
		]
	};
}
function joinedSince({ name, role }, command) {
	const finding = {
		check: "restore-nodes",
		object: `Node/${name}`
	};
	if (role === "control-plane" || command === "rollback") return {
		...finding,
		severity: "blocking",
		message: `it joined after the backup, which knows nothing of it`,
		remedy: `Take it out of the cluster first (kubectl drain ${name}, kubeadm reset on the host, kubectl delete node ${name}), and let it join again afterwards.`
	};
	return {
		...finding,
		severity: "warning",
		message: "it joined after the backup: it registers itself again, without the labels, taints and annotations that others gave it",
		remedy: "Give it its labels and taints again after the restore."
	};
}
function leftSince({ name }) {
	return {
		check: "restore-nodes",
		severity: "warning",
		object: `Node/${name}`,
		message: "it is part of the backup and not of the cluster any more: it comes back as a node that is not Ready",
		remedy: `After the restore: kubectl delete node ${name}.`
	};
}
function notKnown(name) {
	return {
		check: "restore-nodes",
		severity: "blocking",
		object: `Node/${name}`,
		message: "it is to be left out, but the backup has no such node",
		remedy: "Correct --without."
	};
}
// src/providers/kubeadm/restore/scripts/processes.ts
/**
* Functions of sh about programs of the control plane. They are told by their processes, whichever runtime runs them; what runs in
* networks of its own is not the host's control plane (kubeadm's static pods have hostNetwork: true).
*/
const PROCESS_FUNCTIONS = `pids_of() {
  for directory in /proc/[0-9]*; do
    comm=$(cat "$directory/comm" 2>/dev/null) || continue
    case " $* " in *" $comm "*) ;; *) continue ;; esac
    if [ "$(readlink "$directory/ns/net")" = "$(readlink /proc/1/ns/net)" ]; then echo "\${directory#/proc/}"; fi
  done
}
`;
/** Functions of sh that stop and start static pods. The kernel cuts names of processes after 15 characters. */
const STATIC_POD_FUNCTIONS = `${PROCESS_FUNCTIONS}stop_pods() {
  mkdir -p -m 700 ${STOPPED}
  processes=
  for name in "$@"; do
    if [ -e ${MANIFESTS$1}/$name.yaml ]; then mv -f ${MANIFESTS$1}/$name.yaml ${STOPPED}/; fi
    processes="$processes $(echo "$name" | cut -c 1-15)"
  done
  for second in $(seq 120); do
    left=$(pids_of $processes)
    if [ -z "$left" ]; then return 0; fi
    # A kubelet that is down stops nothing; without manifests nothing is started again.
    if [ "$second" = 60 ] || ! systemctl is-active --quiet kubelet; then kill $left 2>/dev/null || :; fi
    if [ "$second" = 90 ]; then kill -9 $left 2>/dev/null || :; fi
    sleep 1
  done
  echo "error: still running: $processes" >&2
  return 1
}
start_pods() {
  for name in "$@"; do
    if [ -e ${STOPPED}/$name.yaml ]; then mv -f ${STOPPED}/$name.yaml ${MANIFESTS$1}/; fi
  done
  for name in "$@"; do
    for second in $(seq 120); do
      if [ -n "$(pids_of "$(echo "$name" | cut -c 1-15)")" ]; then continue 2; fi
      sleep 1
    done
    echo "error: the kubelet does not start $name; its last words:" >&2
    journalctl -u kubelet -n 15 --no-pager -o cat >&2
    return 1
  done
}
`;
// src/providers/kubeadm/restore/scripts/etcd-data.ts
/** Keeps the stream that it is fed, if it is the right one. */
function uploadScript({ restoreId, unfinished }, name, sha256) {
	const file = `${restoreDirectory(restoreId)}/${name}`;
	return `set -eu
umask 077
mkdir -p ${restoreDirectory(restoreId)}
echo ${quote(unfinished)} >${UNFINISHED}
cat >${file}.part
echo '${sha256}  ${file}.part' | sha256sum --check --quiet
sync ${file}.part
mv ${file}.part ${file}`;
}
/** Succeeds when the host holds the file. */
function uploadedScript(restoreId, name, sha256) {
	const file = `${restoreDirectory(restoreId)}/${name}`;
	return `[ -e ${restoreDirectory(restoreId)}/prepared ] || echo '${sha256}  ${file}' | sha256sum --check --status`;
}
/**
* Makes the new data beside the old, while etcd still runs: whatever may go wrong with that goes wrong before anything is stopped.
* Every member restores the same file with the same new cluster token. The revision is bumped, and what was before marked as
* compacted, since informers would hang on to stale caches (etcd-io/etcd#16028, kubernetes/kubernetes#118501).
*/
function prepareScript({ restoreId, bump, initialCluster, member }) {
	const directory = restoreDirectory(restoreId);
	return `work=${quote(dataWorkDirectory(member.dataDir, member.isMountPoint, restoreId))}
mkdir -p -m 700 "$(dirname "$work")" "$work"
rm -rf "$work/new"
${etcdutlOf(member)}"$work/etcdutl" snapshot restore ${directory}/snapshot.db \\
  --data-dir "$work/new" \\
  --name ${quote(member.name)} \\
  --initial-advertise-peer-urls ${quote(member.peerUrls.join(","))} \\
  --initial-cluster ${quote(initialCluster)} \\
  --initial-cluster-token kubestair-${restoreId} \\
  --bump-revision ${bump} --mark-compacted
chown -R ${member.owner} "$work/new"
rm "$work/etcdutl" ${directory}/snapshot.db
sync -f "$work/new"
touch ${directory}/prepared`;
}
/** The new data takes the place of the old, which is kept. Nothing happens while etcd runs. */
function swapScript({ restoreId, revision, member }) {
	const directory = restoreDirectory(restoreId);
	const work = dataWorkDirectory(member.dataDir, member.isMountPoint, restoreId);
	const data = quote(member.dataDir);
	return `work=${quote(work)}
data=${data}
if [ -n "$(pids_of etcd)" ]; then echo "error: etcd runs again; stop what started it" >&2; exit 1; fi
mkdir -p -m 700 "$work/old"
if [ ! -e "$data" ]; then mkdir "$data"; chown ${member.owner} "$data"; fi
chmod 700 "$data"
if [ -e "$work/new/member" ]; then
  if [ -e "$data/member" ]; then
    kept="$work/old/member"
    if [ -e "$kept" ]; then kept="$kept.$(date +%s)"; fi
    mv "$data/member" "$kept"
    echo "the old data is in $kept"
  fi
  mv "$work/new/member" "$data/member"
fi
rm -rf "$work/new"
echo ${revision} >${LAST_REVISION}
sync -f "$data"
touch ${directory}/swapped`;
}
function etcdutlOf({ runs, etcdutl }) {
	switch (etcdutl?.kind) {
		case "image": {
			const image = runs.kind === "static-pod" ? quote(runs.image) : "";
			const ctr = `ctr --address ${quote(etcdutl.socket)} -n k8s.io images`;
			return `if [ -z "$(${ctr} ls -q name==${image})" ]; then
  if command -v crictl >/dev/null; then crictl --runtime-endpoint unix://${etcdutl.socket} pull ${image}; else ${ctr} pull --hosts-dir /etc/containerd/certs.d ${image} >/dev/null; fi
fi
image=$(mktemp -d)
${ctr} mount ${image} "$image" >/dev/null
cp "$image/usr/local/bin/etcdutl" "$work/etcdutl"
${ctr} unmount --rm "$image" >/dev/null
rmdir "$image"
`;
		}
		case "process": return `cp "/proc/$(pids_of etcd | head -n 1)/root/usr/local/bin/etcdutl" "$work/etcdutl"
`;
		case "file": return `cp ${quote(etcdutl.path)} "$work/etcdutl"
`;
		case void 0: return "echo \"error: no etcdutl on this host\" >&2; exit 1\n";
	}
}
// src/providers/kubeadm/restore/scripts/keys.ts
/** What the EncryptionConfiguration of the backup is called while it waits on a host. */
const KEYS_NAME = "encryption-configuration";
/** The API server must not run meanwhile: it may reload the file by itself. Owner and mode stay those of the file that was there. */
function putBackKeysScript(restoreId, file) {
	const directory = restoreDirectory(restoreId);
	return `keys=${directory}/${KEYS_NAME}
file=${quote(file)}
if [ ! -e "$keys" ]; then exit 0; fi
if [ -e "$file" ]; then
  chown --reference="$file" "$keys"
  chmod --reference="$file" "$keys"
  mkdir -p -m 700 ${directory}/before
  mv "$file" ${directory}/before/${KEYS_NAME}
fi
mkdir -p "$(dirname "$file")"
mv "$keys" "$file"`;
}
// src/providers/kubeadm/restore/scripts/services.ts
/** Controllers go with the API server: what they remember is of a time that is over. */
const STOP_CONTROL_PLANE = "stop_pods kube-apiserver kube-controller-manager kube-scheduler";
function stopEtcdScript(runs) {
	return runs.kind === "static-pod" ? "stop_pods etcd" : `systemctl stop ${runs.unit}`;
}
/** A member alone has no quorum, so nothing here waits for its health. */
function startEtcdScript(runs, restoreId) {
	const start = runs.kind === "static-pod" ? "start_pods etcd" : `systemctl start --no-block ${runs.unit}`;
	return `touch ${startedMark(restoreId, "etcd")}
${start}`;
}
function startApiScript(restoreId) {
	return `touch ${startedMark(restoreId, "api")}
start_pods kube-apiserver`;
}
const START_CONTROLLERS = "start_pods kube-controller-manager kube-scheduler";
/**
* Succeeds once anything of that kind was started anywhere, which is only done when all data was swapped: a run that goes on stops
* nothing again.
*/
function startedScript(restoreId, what) {
	return `[ -e ${startedMark(restoreId, what)} ]`;
}
const RESTART_KUBELET = `systemctl restart kubelet
sleep 2
systemctl is-active --quiet kubelet`;
/** The old data stays; what else the restore left goes. */
function finishScript(restoreId) {
	return `rm -f ${restoreDirectory(restoreId)}/*.tar ${restoreDirectory(restoreId)}/snapshot.db
if [ -d ${STOPPED} ]; then rmdir ${STOPPED}; fi
rm -f ${UNFINISHED}`;
}
function startedMark(restoreId, what) {
	return `${restoreDirectory(restoreId)}/${what}-started`;
}
// src/providers/kubeadm/restore/data-facts.ts
/** Prints them, one a line. */
function dataScript(dataDir) {
	return `data=$(readlink -m ${quote(dataDir)})
echo "data $data"
there=$data
while [ ! -e "$there" ]; do there=$(dirname "$there"); done
echo "data-free $(df -B1 --output=avail "$there" | tail -n 1)"
if [ "$(stat -c %m "$there")" = "$data" ]; then echo data-mount; fi
if [ -e "$data/member" ]; then stat -c 'owner %u:%g' "$data/member"; elif [ -e "$data" ]; then stat -c 'owner %u:%g' "$data"; fi
`;
}
/** Reads what dataScript() printed among other lines. */
function parseData(stdout) {
	const readValue = (key) => new RegExp(`^${key} (.*)$`, "m").exec(stdout)?.[1];
	return {
		dataDir: readValue("data") ?? "",
		isMountPoint: /^data-mount$/m.test(stdout),
		owner: readValue("owner"),
		freeBytes: Number(readValue("data-free")?.trim())
	};
}
// src/providers/kubeadm/restore/etcd-unit.ts
const UNIT = "etcd.service";
const UNIT_SCRIPT = `set -u
file() { if [ -r "$2" ]; then echo "file $1 $(base64 -w 0 <"$2")"; fi; }
if [ "$(systemctl show -p LoadState --value ${UNIT})" != loaded ]; then echo none; exit 0; fi
pid=$(systemctl show -p MainPID --value ${UNIT})
if [ "\${pid:-0}" -gt 0 ] && [ "$(cat "/proc/$pid/comm")" = etcd ]; then
  echo "words $(base64 -w 0 <"/proc/$pid/cmdline")"
  echo "environment $(tr '\\0' '\\n' <"/proc/$pid/environ" | grep '^ETCD_' | base64 -w 0)"
  binary=$(readlink -f "/proc/$pid/exe")
else
  argv=$(systemctl show -p ExecStart --value ${UNIT} | sed -nE 's/.*argv\\[\\]=([^;]*) ;.*/\\1/p' | head -n 1)
  echo "words $(echo "$argv" | tr ' ' '\\0' | base64 -w 0)"
  {
    systemctl show -p EnvironmentFiles --value ${UNIT} | sed 's/ (ignore_errors=.*//' | while read -r list; do
      if [ -r "$list" ]; then sed -nE "s/^(ETCD_[A-Z_]+)=[\\"']?([^\\"']*)[\\"']?\\$/\\1=\\2/p" "$list"; fi
    done
    systemctl show -p Environment --value ${UNIT} | tr ' ' '\\n' | grep '^ETCD_'
  } | base64 -w 0 | sed 's/^/environment /'
  echo
  binary=$(readlink -f "$(echo "$argv" | cut -d ' ' -f 1)")
fi
for word in $(echo "$(systemctl show -p ExecStart --value ${UNIT})" | grep -oE -- '--config-file[= ][^ ;]+'); do
  file config "\${word#--config-file=}"
done
user=$(systemctl show -p User --value ${UNIT})
echo "user $(id -u "\${user:-root}"):$(id -g "\${user:-root}")"
for etcdutl in "$(dirname "$binary")/etcdutl" "$(command -v etcdutl)"; do
  if [ -x "$etcdutl" ]; then echo "etcdutl $etcdutl"; break; fi
done
echo "version $("$binary" --version 2>/dev/null | sed -n 's/^etcd Version: //p')"
exit 0`;
/**
* What a restore needs to know of the member that runs as a systemd unit.
* @throws KubestairError HOST_*, CLUSTER_UNSUPPORTED where the host has no unit etcd.service
*/
async function readUnitMember(host, signal) {
	const { stdout } = await host.run(UNIT_SCRIPT, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	const settings = parseUnit(stdout);
	if (settings === void 0) throw unsupported(host, "it has no systemd unit etcd.service", "Kubestair restores an external etcd that runs as etcd.service on hosts reached over SSH.");
	const { owner, ...data } = parseData((await host.run(`set -u\n${dataScript(settings.dataDir)}`, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	})).stdout);
	const path = readValue(stdout, "etcdutl");
	return {
		...settings,
		...data,
		owner: owner ?? readValue(stdout, "user") ?? "0:0",
		version: readValue(stdout, "version") || void 0,
		runs: {
			kind: "unit",
			unit: UNIT
		},
		etcdutl: path === void 0 ? void 0 : {
			kind: "file",
			path
		}
	};
}
/**
* Reads what the script printed; undefined where there is no unit. A configuration file overrides flags and environment, and flags
* override the environment (etcd.io/docs/v3.6/op-guide/configuration).
*/
function parseUnit(stdout) {
	const words = decoded(readValue(stdout, "words")).split("\0").filter((word) => word !== "");
	if (words.length === 0) return void 0;
	const environment = new Map(decoded(readValue(stdout, "environment")).split("\n").map((line) => {
		const at = line.indexOf("=");
		return [line.slice(0, at), line.slice(at + 1)];
	}));
	const flags = flagsOf$1(words.slice(1));
	const file = configFile(decoded(readValue(stdout, "file config")));
	const setting = (name) => {
		if (file !== void 0) return file.get(name);
		return flags.get(name) ?? environment.get(`ETCD_${name.replaceAll("-", "_").toUpperCase()}`);
	};
	const name = setting("name") ?? "default";
	return {
		name,
		dataDir: setting("data-dir") ?? `${name}.etcd`,
		walDir: setting("wal-dir") || void 0,
		peerUrls: (setting("initial-advertise-peer-urls") ?? "").split(",").filter((url) => url !== "")
	};
}
function configFile(text) {
	if (text === "") return void 0;
	const values = (0, import_dist.parse)(text);
	if (typeof values !== "object" || values === null) return void 0;
	return new Map(Object.entries(values).map(([key, value]) => [key, String(value ?? "")]));
}
function readValue(stdout, key) {
	return new RegExp(`^${key} (.*)$`, "m").exec(stdout)?.[1];
}
function decoded(base64) {
	return Buffer.from(base64 ?? "", "base64").toString("utf8");
}
// src/providers/kubeadm/restore/pod-member.ts
const CONTAINERD = "/run/containerd/containerd.sock";
/** What a restore needs to know of the member that runs as a static pod. @throws KubestairError HOST_* */
async function readPodMember(host, pod, signal) {
	const script = `set -u
${dataScript(pod.onHost(pod.flag("data-dir") ?? `${pod.flag("name") ?? "default"}.etcd`))}${etcdutlScript(pod.image)}`;
	const { stdout } = await host.run(script, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	const { owner, ...data } = parseData(stdout);
	const walDir = pod.flag("wal-dir");
	return {
		...data,
		name: pod.flag("name") ?? "default",
		peerUrls: (pod.flag("initial-advertise-peer-urls") ?? "").split(",").filter((url) => url !== ""),
		walDir: walDir === void 0 || walDir === "" ? void 0 : pod.onHost(walDir),
		owner: owner ?? pod.owner ?? "0:0",
		version: versionOf$2(pod.image),
		runs: {
			kind: "static-pod",
			image: pod.image
		},
		etcdutl: parseEtcdutl(stdout)
	};
}
/** `3.6.6` of `registry.k8s.io/etcd:3.6.6-0`. */
function versionOf$2(image) {
	return /^v?(\d+\.\d+\.\d+)(-|$)/.exec(tagOf(image) ?? "")?.[1];
}
function etcdutlScript(image) {
	return `${PROCESS_FUNCTIONS}
socket=$(sed -nE 's/^containerRuntimeEndpoint: *"?(unix:\\/\\/)?([^"]*)"?$/\\2/p; s/.*--container-runtime-endpoint=(unix:\\/\\/)?([^ "]*).*/\\2/p' /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env 2>/dev/null | grep . | head -n 1)
socket=\${socket:-${CONTAINERD}}
case "$socket" in *containerd*)
  if command -v ctr >/dev/null && [ -S "$socket" ]; then echo "etcdutl image $socket"; exit 0; fi ;;
esac
for pid in $(pids_of etcd); do
  if [ -x "/proc/$pid/root/usr/local/bin/etcdutl" ] && tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -q -- --data-dir; then
    echo "etcdutl process"
    exit 0
  fi
done
if command -v etcdutl >/dev/null && etcdutl version | grep -qF ${quote(` ${versionOf$2(image) ?? "unknown"}`)}; then
  echo "etcdutl file $(command -v etcdutl)"
fi`;
}
function parseEtcdutl(stdout) {
	const [, kind, place = ""] = /^etcdutl (image|process|file) ?(.*)$/m.exec(stdout) ?? [];
	switch (kind) {
		case "image": return {
			kind,
			socket: place
		};
		case "process": return { kind };
		case "file": return {
			kind,
			path: place
		};
		default: return;
	}
}
// src/providers/kubeadm/restore/survey.ts
const MANIFEST_NAMES = [
	"etcd",
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler"
];
const NONE = {
	version: "",
	held: false
};
const SCRIPT$1 = `set -u
file() {
  if [ -e "$2" ]; then echo "file $1 $(base64 -w 0 <"$2")"; fi
}
for name in ${MANIFEST_NAMES.join(" ")}; do
  if [ -e ${MANIFESTS$1}/$name.yaml ]; then
    file $name ${MANIFESTS$1}/$name.yaml
  elif [ -e ${STOPPED}/$name.yaml ]; then
    echo "stopped $name"
    file $name ${STOPPED}/$name.yaml
  fi
done
file ca /etc/kubernetes/pki/ca.crt
file unfinished ${UNFINISHED}
file revision ${LAST_REVISION}
echo "free $(df -B1 --output=avail /var/lib | tail -n 1)"
systemctl list-units --plain --no-legend --state=active,activating 'kubestair-*' | while read -r unit rest; do echo "unit $unit"; done
dpkg-query -W -f 'package \${Package} \${Version} \${db:Status-Want} \${db:Status-Status}\\n' kubeadm kubelet kubectl 2>/dev/null
exit 0`;
/**
* Looks at a host and changes nothing there.
* @param role an `etcd` host has a member and no control plane, as with an external etcd
* @throws KubestairError HOST_*
*/
async function surveyHost(host, role, signal) {
	const { stdout } = await host.run(SCRIPT$1, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	const facts = parseSurvey(host.name, stdout);
	const [encryption, member] = await Promise.all([readEncryption$1(host, facts.manifests["kube-apiserver"], signal), readMember(host, role, facts.manifests.etcd, signal)]);
	return {
		...facts,
		encryption,
		member
	};
}
/** Reads what the script printed. */
function parseSurvey(name, stdout) {
	const files = /* @__PURE__ */ new Map();
	const stopped = [];
	const units = [];
	const packages = {
		kubeadm: NONE,
		kubelet: NONE,
		kubectl: NONE
	};
	let freeBytes = NaN;
	for (const line of stdout.split("\n")) {
		const [key, first = "", second = "", want, status] = line.trim().split(/\s+/);
		if (key === "file") files.set(first, Buffer.from(second, "base64").toString("utf8"));
		if (key === "stopped") stopped.push(first);
		if (key === "unit") units.push(first.replace(/\.service$/, ""));
		if (key === "free") freeBytes = Number(first);
		if (key === "package" && first in packages && status === "installed") packages[first] = {
			version: second,
			held: want === "hold"
		};
	}
	const manifests = Object.fromEntries(MANIFEST_NAMES.flatMap((manifest) => {
		const pod = staticPodOf(files.get(manifest) ?? "", manifest);
		return pod === void 0 ? [] : [[manifest, pod]];
	}));
	const revision = files.get("revision")?.trim() ?? "";
	return {
		name,
		manifests,
		stopped,
		ca: files.get("ca"),
		unfinished: parseUnfinished(files.get("unfinished")),
		lastRevision: /^\d+$/.test(revision) ? BigInt(revision) : 0n,
		units,
		packages,
		freeBytes
	};
}
/** The line that a host keeps while a restore is under way. */
function unfinishedLine({ restoreId, backupId, bump }) {
	return `${restoreId} ${backupId} ${bump}`;
}
function parseUnfinished(text) {
	const [, restoreId, backupId, bump] = /^(\S+) (\S+) (\d+)\s*$/.exec(text ?? "") ?? [];
	if (restoreId === void 0 || backupId === void 0 || bump === void 0) return void 0;
	return {
		restoreId,
		backupId,
		bump
	};
}
async function readEncryption$1(host, apiServer, signal) {
	const seen = apiServer?.flag("encryption-provider-config");
	if (apiServer === void 0 || seen === void 0) return void 0;
	const file = apiServer.onHost(seen);
	const script = `if [ -e ${quote(file)} ]; then sha256sum <${quote(file)}; fi`;
	const { stdout } = await host.run(script, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	return {
		file,
		sha256: stdout.split(/\s/)[0] ?? ""
	};
}
async function readMember(host, role, etcd, signal) {
	if (role === "etcd") return readUnitMember(host, signal);
	if (role === "worker" || etcd === void 0) return void 0;
	return readPodMember(host, etcd, signal);
}
/** @throws KubestairError CLUSTER_UNSUPPORTED */
function unsupported(host, finding, next) {
	return new KubestairError("CLUSTER_UNSUPPORTED", `${host.name}: ${finding}`, {
		object: `Node/${host.name}`,
		next
	});
}
// src/providers/kubeadm/restore/steps.ts
/**
* The restore of etcd, in order. New data is made everywhere before anything is stopped; all API servers stop before the first
* member, and all members before any data is swapped, so that nothing acknowledges a write that will be lost; controllers and
* kubelets come back after what they watch (etcd.io/docs/v3.6/op-guide/recovery, kubernetes.io "Restoring an etcd cluster").
*/
function restoreSteps(input) {
	const { restore, hosts } = input;
	const controlPlanes = hosts.filter(({ host }) => host.role === "control-plane");
	const members = hosts.flatMap(({ host, facts }) => facts.member === void 0 ? [] : [{
		host,
		member: facts.member
	}]);
	const keys = controlPlanes.flatMap(({ host, facts }) => keysOf(host, facts, input.encryption));
	const make = (kind, does, more = {}) => ({
		id: `${restore.restoreId}/${kind}`,
		kind,
		does,
		...more
	});
	const on = ({ name }) => (kind, does, more = {}) => ({
		id: `${restore.restoreId}/${name}/${kind}`,
		kind,
		node: name,
		does,
		...more
	});
	const initialCluster = members.flatMap(({ member }) => member.peerUrls.map((url) => `${member.name}=${url}`)).join(",");
	const stopped = (what) => startedScript(restore.restoreId, what);
	return [
		...members.map(({ host }) => uploadSnapshot(on(host), host, input)),
		...keys.map(({ host, part }) => uploadKeys(on(host), host, part, input)),
		...members.map(({ host, member }) => on(host)("prepare", `Make the new data of etcd member ${member.name} beside the old`, {
			script: prepareScript(memberRestore(member, initialCluster, input)),
			doneIf: `[ -e ${restoreDirectory(restore.restoreId)}/prepared ]`
		})),
		...controlPlanes.map(({ host }) => on(host)("stop-control-plane", `Stop the API server, controller manager and scheduler of ${host.name}`, {
			script: STOP_CONTROL_PLANE,
			doneIf: stopped("api")
		})),
		...keys.map(({ host, file }) => on(host)("put-back", `Put ${file} of the backup in its place`, { script: putBackKeysScript(restore.restoreId, file) })),
		...members.map(({ host, member }) => on(host)("stop-etcd", `Stop etcd on ${host.name}`, {
			script: stopEtcdScript(member.runs),
			doneIf: stopped("etcd")
		})),
		...members.map(({ host, member }) => on(host)("swap", `Put the new data in place of the old, which is kept in ${keptIn(member, restore)}`, {
			script: swapScript(memberRestore(member, initialCluster, input)),
			doneIf: `[ -e ${restoreDirectory(restore.restoreId)}/swapped ]`
		})),
		...members.map(({ host, member }) => on(host)("start-etcd", `Start etcd on ${host.name}`, { script: startEtcdScript(member.runs, restore.restoreId) })),
		make("quorum", members.length === 1 ? "Wait until etcd answers" : `Wait until all ${members.length} members of etcd answer and one of them leads`),
		...controlPlanes.map(({ host }) => on(host)("start-api", `Start the API server of ${host.name}`, { script: startApiScript(restore.restoreId) })),
		make("compare", "Wait for the API server, and compare every object with the export"),
		make("restart-kubelets", `Restart the kubelets of ${input.nodes.join(", ")}`, {
			script: RESTART_KUBELET,
			nodes: input.nodes
		}),
		...controlPlanes.map(({ host }) => on(host)("start-controllers", `Start the controller manager and scheduler of ${host.name}`, { script: START_CONTROLLERS })),
		make("nodes", "Wait until the nodes are Ready again, and the control plane with them", { nodes: input.nodes }),
		...hosts.map(({ host }) => on(host)("finish", `Remove what the restore needed on ${host.name}, but for the old data`, { script: finishScript(restore.restoreId) }))
	];
}
/** Where the old data of a member is kept. */
function keptIn({ dataDir, isMountPoint }, { restoreId }) {
	return `${dataWorkDirectory(dataDir, isMountPoint, restoreId)}/old`;
}
function uploadSnapshot(make, { name }, { restore, snapshot }) {
	const { sha256 } = snapshot.plain;
	const unfinished = unfinishedLine(restore);
	return make("upload", `Bring the snapshot of etcd to ${name}`, {
		script: uploadScript({
			restoreId: restore.restoreId,
			unfinished
		}, "snapshot.db", sha256),
		feed: snapshot,
		doneIf: uploadedScript(restore.restoreId, "snapshot.db", sha256)
	});
}
/** Keys that have to go back to a host; none where it has them. */
function keysOf(host, { encryption }, backedUp) {
	const then = backedUp(host.name);
	if (then === void 0 || encryption === void 0 || encryption.sha256 === then.part.plain.sha256) return [];
	return [{
		host,
		file: encryption.file,
		part: then.part
	}];
}
function uploadKeys(make, { name }, part, { restore }) {
	const { sha256 } = part.plain;
	const { restoreId } = restore;
	const step = make("upload", `Bring the keys of encryption at rest to ${name}`, {
		script: uploadScript({
			restoreId,
			unfinished: unfinishedLine(restore)
		}, KEYS_NAME, sha256),
		feed: part,
		doneIf: uploadedScript(restoreId, KEYS_NAME, sha256)
	});
	return {
		...step,
		id: `${step.id}-keys`
	};
}
function memberRestore(member, initialCluster, { restore, revision }) {
	const { restoreId, bump } = restore;
	return {
		restoreId,
		bump,
		initialCluster,
		revision,
		member,
		unfinished: unfinishedLine(restore)
	};
}
// src/providers/kubeadm/restore/plan.ts
const HOSTS_AT_ONCE$2 = 8;
/** Looks at hosts and etcd, and plans the restore of etcd on them. */
async function planRestore(request, deps, signal) {
	const { manifest } = request.backup;
	const { controlPlanes, workers, findings: nodeFindings } = nodesOf(request);
	const survey = await surveyHosts(controlPlanes, deps, signal);
	const backups = await readHostBackups(request, signal);
	const restore = await restoreOf(request, survey.hosts, deps, signal);
	const { part, revision: taken } = manifest.etcd;
	const revision = String(BigInt(taken) + BigInt(restore.bump));
	const findings = [
		...nodeFindings,
		...survey.findings,
		...checkIdentity(request, survey.hosts, backups),
		...checkHosts({
			manifest,
			hosts: survey.hosts,
			command: request.command
		}),
		...checkUnfinished(restore, survey.hosts)
	];
	const steps = restoreSteps({
		restore,
		snapshot: part,
		revision,
		encryption: (node) => encryptionOf(manifest, node),
		hosts: survey.hosts,
		nodes: [...controlPlanes, ...workers].map(({ name }) => name)
	});
	const units = new Set(steps.map(({ id }) => unitName(manifest.cluster.uid, id)));
	return {
		format: "kubestair.dev/restore-plan/v1",
		tool: request.tool,
		cluster: manifest.cluster.name,
		backupId: manifest.id,
		backupUid: manifest.cluster.uid,
		restoreId: restore.restoreId,
		goesOn: survey.hosts.some(({ facts }) => facts.unfinished?.restoreId === restore.restoreId),
		from: controlPlaneVersion(survey.hosts.map(({ facts }) => facts)) ?? manifest.cluster.version,
		to: manifest.cluster.version,
		hosts: [...survey.hosts.map(({ host }) => host), ...workers.map(({ name, address }) => ({
			name,
			address,
			role: "worker"
		}))],
		kept: survey.hosts.flatMap(({ host, facts }) => facts.member === void 0 ? [] : [{
			node: host.name,
			path: keptIn(facts.member, restore)
		}]),
		steps,
		functions: STATIC_POD_FUNCTIONS,
		findings: [...findings, ...checkBusy(units, survey.hosts)],
		losses: request.losses,
		writtenAfter: revision
	};
}
/** Every control plane and, where etcd is external, every host of it. */
async function surveyHosts(controlPlanes, { hostOf }, signal) {
	const limit = pLimit(HOSTS_AT_ONCE$2);
	const look = (hosts) => limit.map(hosts, (host) => lookAt(host, hostOf(host), signal));
	const first = await look(controlPlanes.map(({ name, address }) => ({
		name,
		address,
		role: "control-plane"
	})));
	const second = await look(externalHosts(first.flatMap((result) => "facts" in result ? [result] : [])));
	const results = [...first, ...second];
	return {
		hosts: withMembersOfOwn(results.flatMap((result) => "facts" in result ? [result] : [])),
		findings: results.flatMap((result) => "facts" in result ? [] : [result])
	};
}
async function lookAt(host, connection, signal) {
	try {
		return {
			host,
			facts: await surveyHost(connection, host.role, signal)
		};
	} catch (thrown) {
		signal.throwIfAborted();
		const { message, next } = asKubestairError(thrown);
		return {
			check: "restore-hosts",
			severity: "blocking",
			object: `Node/${host.name}`,
			message,
			remedy: next ?? `Let the host be reached; if it is gone for good, leave it out with --without ${host.name}.`
		};
	}
}
/** The hosts of an external etcd, as the API servers name them. */
function externalHosts(controlPlanes) {
	if (controlPlanes.some(({ facts }) => facts.manifests.etcd !== void 0)) return [];
	const urls = controlPlanes.flatMap(({ facts }) => (facts.manifests["kube-apiserver"]?.flag("etcd-servers") ?? "").split(",")).filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ""));
	return [...new Set(urls)].map((address) => ({
		name: address,
		address,
		role: "etcd"
	}));
}
/** An external etcd may run on the control planes themselves: then it is one host, not two. */
function withMembersOfOwn(hosts) {
	const isControlPlane = ({ host }) => host.role === "control-plane";
	const memberAt = (address) => hosts.find(({ host }) => host.role === "etcd" && host.address === address)?.facts.member;
	return hosts.filter(({ host }) => host.role !== "etcd" || !hosts.some((other) => isControlPlane(other) && other.host.address === host.address)).map(({ host, facts }) => ({
		host,
		facts: {
			...facts,
			member: facts.member ?? memberAt(host.address)
		}
	}));
}
async function readHostBackups({ backup, source }, signal) {
	return await Promise.all(backup.manifest.hosts.map((part) => readHostBackup(part, source, signal)));
}
/** The restore that hosts are in the middle of, if it is of this backup; otherwise a new one. */
async function restoreOf({ runId, backup: { manifest } }, hosts, { hostOf, routesFrom }, signal) {
	const begun = hosts.map(({ facts }) => facts.unfinished).find((unfinished) => unfinished?.backupId === manifest.id);
	if (begun !== void 0) return begun;
	const routes = await routesFrom(hosts.filter(({ host }) => host.role === "control-plane").map(({ host }) => hostOf(host)), signal);
	const highest = [...hosts.map(({ facts }) => facts.lastRevision), ...await revisionsOf(routes, signal)].reduce((most, revision) => revision > most ? revision : most, 0n);
	const bump = bumpFor(BigInt(manifest.etcd.revision), highest);
	return {
		restoreId: runId,
		backupId: manifest.id,
		bump: String(bump)
	};
}
async function revisionsOf({ routes }, signal) {
	const answers = await Promise.allSettled(routes.map(async (route) => {
		const etcd = await route.open(signal);
		try {
			return (await etcd.status(signal)).revision;
		} finally {
			await etcd.close();
		}
	}));
	signal.throwIfAborted();
	return answers.flatMap((answer) => answer.status === "fulfilled" ? [answer.value] : []);
}
function checkUnfinished(restore, hosts) {
	return hosts.flatMap(({ host, facts }) => {
		if (facts.unfinished === void 0 || facts.unfinished.restoreId === restore.restoreId) return [];
		return [{
			check: "restore-unfinished",
			severity: "warning",
			object: `Node/${host.name}`,
			message: `it is in the middle of a restore of ${facts.unfinished.backupId}, which this one takes the place of`,
			remedy: `To go on with that one instead: --from ${facts.unfinished.backupId}.`
		}];
	});
}
/** What an earlier run started on a host may still be at work there. */
function checkBusy(own, hosts) {
	const busy = ({ facts }) => facts.units.filter((unit) => !own.has(unit));
	return hosts.flatMap((surveyed) => busy(surveyed).map((unit) => ({
		check: "restore-busy",
		severity: "blocking",
		object: `Node/${surveyed.host.name}`,
		message: `a step of another run still works there (${unit}.service)`,
		remedy: `Wait until it is through: journalctl -f -u ${unit} on ${surveyed.host.name}.`
	})));
}
// src/providers/kubeadm/restore/restorer.ts
const HOSTS_AT_ONCE$1 = 8;
/** How long a host may be away while something is brought to it, in seconds. */
const PATIENCE_SECONDS$3 = 300;
/** Restores etcd of clusters that kubeadm made: stacked, or external as systemd units. */
function openRestorer(deps) {
	const { hostOf, routesFrom, clock } = deps;
	const placed = (name, { hosts }) => {
		const at = hosts.find((host) => host.name === name);
		if (at === void 0) throw new KubestairError("INTERNAL", `the restore knows no host ${name}`);
		return {
			at,
			host: hostOf(at)
		};
	};
	return {
		plan: (request, signal) => planRestore(request, deps, signal),
		async isDone({ node, doneIf }, plan, signal) {
			if (node === void 0 || doneIf === void 0) return false;
			const { host } = placed(node, plan);
			const look = () => host.run(doneIf, {
				sudo: true,
				signal,
				timeoutSeconds: 300,
				allowFailure: true
			});
			const { exitCode } = await patiently(look, {
				clock,
				signal,
				seconds: PATIENCE_SECONDS$3
			});
			return exitCode === 0;
		},
		async run(step, plan, source, context) {
			const { feed, node, nodes = [], script } = step;
			if (script === void 0) throw new KubestairError("INTERNAL", `the step ${step.id} has no script`);
			if (feed !== void 0 && node !== void 0) {
				const { host } = placed(node, plan);
				const { signal } = context;
				const send = () => host.send(script, openPart(feed, source, signal), {
					sudo: true,
					signal
				});
				await patiently(send, {
					clock,
					signal,
					seconds: PATIENCE_SECONDS$3
				});
				return [];
			}
			const unit = {
				name: unitName(plan.backupUid, step.id),
				title: step.does,
				script: `${plan.functions}\n${script}`
			};
			return (await pLimit(HOSTS_AT_ONCE$1).map(node === void 0 ? nodes : [node], async (name) => {
				const { at, host } = placed(name, plan);
				return await orWithoutWorker(at, step, context, async () => {
					if (at.role === "worker") await host.run("true", {
						signal: context.signal,
						timeoutSeconds: 30
					});
					await runJob(host, unit, [CUT_OFF], clock, context);
				});
			})).flatMap((absent) => absent ?? []);
		},
		async etcdProblems({ hosts, kept }, signal) {
			const controlPlanes = hosts.filter(({ role }) => role === "control-plane").map(hostOf);
			const etcd = await observeMembers(await routesFrom(controlPlanes, signal), signal);
			if (!etcd.known) return [etcd.reason];
			const { members, alarms } = etcd.value;
			return [
				...members.length === kept.length ? [] : [`etcd has ${members.length} of ${kept.length} members`],
				...members.filter(({ healthy }) => !healthy).map(({ name }) => `member ${name} does not answer`),
				...members.some(({ leader }) => leader) ? [] : ["no member leads"],
				...alarms
			];
		},
		fence: (host, epoch, signal) => raiseFence(hostOf(host), epoch, signal)
	};
}
/** A worker that cannot be reached must not keep the cluster from coming back. @returns its name then */
async function orWithoutWorker({ name, role }, { kind }, { note, signal }, work) {
	try {
		await work();
		return;
	} catch (thrown) {
		signal.throwIfAborted();
		if (!(role === "worker" && kind === "restart-kubelets") || !(thrown instanceof KubestairError)) throw thrown;
		note(`the kubelet of ${name} could not be restarted, do so by hand: ${thrown.message}`);
		return name;
	}
}
// src/providers/kubeadm/scripts/images.ts
/**
* Pulls the images of the next version with the kubeadm of that version, taken out of its downloaded package, since the installed
* one does not know them. A worker needs kube-proxy's alone, which goes through crictl or ctr, whichever there is. A pull ahead
* only saves time: where it cannot be done, a line that begins with "note:" says so, except on a control plane, whose upgrade
* would fail on the same image.
*/
function pullImages(role, version, configuration) {
	return `work="$KUBESTAIR_DIRECTORY"
cat >"$work/images.yaml" ${hereDocument(configuration)}
kubeadm_of_version() {
  case "$(kubeadm version -o short 2>/dev/null)" in
    ${version}) command -v kubeadm; return 0 ;;
  esac
  eval "$(apt-config shell archives Dir::Cache::archives/d)"
  package=$(ls "$archives"kubeadm_${version.slice(1)}-*.deb 2>/dev/null | tail -n 1)
  if [ -z "$package" ]; then return 0; fi
  dpkg-deb --fsys-tarfile "$package" | tar -x -O -f - ./usr/bin/kubeadm >"$work/kubeadm"
  chmod 700 "$work/kubeadm"
  if "$work/kubeadm" version -o short >/dev/null 2>&1; then echo "$work/kubeadm"; fi
}
kubeadm=$(kubeadm_of_version)
if [ -z "$kubeadm" ]; then
  echo "note: the images are not pulled ahead: kubeadm ${version} cannot be run before it is installed"
else
${role === "control-plane" ? CONTROL_PLANE : WORKER}
fi
rm -f "$work/kubeadm" "$work/images.yaml"
`;
}
const CONTROL_PLANE = `  "$kubeadm" config images pull --config "$work/images.yaml"`;
const WORKER = `  image=$("$kubeadm" config images list --config "$work/images.yaml" 2>/dev/null | grep -E '^[^[:space:]]+/kube-proxy:[^[:space:]]+$' | tail -n 1)
  socket=$(sed -n 's/.*--container-runtime-endpoint=\\([^ "]*\\).*/\\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null || :)
  if [ -z "$socket" ]; then
    socket=$(sed -n 's/^containerRuntimeEndpoint: *"\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/\\1/p' /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/config.yaml 2>/dev/null | grep . | head -n 1)
  fi
  if [ -z "$image" ]; then
    echo "note: the image of kube-proxy is not pulled ahead: kubeadm names none"
  elif command -v crictl >/dev/null; then
    crictl --runtime-endpoint "\${socket:-unix:///run/containerd/containerd.sock}" pull "$image" || echo "note: $image could not be pulled ahead"
  elif command -v ctr >/dev/null; then
    address=\${socket#unix://}
    echo "pulling $image"
    ctr --address "\${address:-/run/containerd/containerd.sock}" -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$image" >/dev/null || echo "note: $image could not be pulled ahead"
  else
    echo "note: $image is not pulled ahead: neither crictl nor ctr is installed"
  fi`;
// src/providers/kubeadm/scripts/packages.ts
/**
* Functions of sh for exact package versions. apt waits for other users of dpkg's lock, never asks, keeps changed configuration
* files, removes nothing, and on Ubuntu needrestart restarts nothing by itself.
*/
function packageFunctions(version) {
	return `export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1
wanted_version=${quote(version.slice(1))}
wanted_minor=${quote(minorOf(version))}
apt() {
  apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@"
}
installed() {
  dpkg-query -W -f '\${db:Status-Status} \${Version}\\n' "$1" 2>/dev/null | sed -n 's/^installed //p'
}
offered() {
  apt-cache madison "$1" | awk -F ' *[|] *' -v wanted="$wanted_version-" 'index($2, wanted) == 1 { print $2; exit }'
}
is_wanted() {
  have=$(installed "$1")
  case "$have" in
    "$wanted_minor".*) dpkg --compare-versions "$have" ge "$wanted_version" ;;
    *) return 1 ;;
  esac
}
exact() {
  for name in "$@"; do
    version=$(offered "$name")
    if [ -z "$version" ]; then
      echo "error: the repository has no $name $wanted_version" >&2
      return 1
    fi
    echo "$name=$version"
  done
}
install_held() {
  missing=
  for name in "$@"; do
    if ! is_wanted "$name"; then missing="$missing $name"; fi
  done
  trap 'apt-mark hold $held >/dev/null' EXIT
  trap 'exit 143' HUP INT TERM
  held="$*"
  if [ -n "$missing" ]; then
    packages=$(exact $missing)
    dpkg --configure -a --force-confold
    apt-mark unhold $missing >/dev/null
    echo "installing" $packages
    apt install -y --no-install-recommends --no-remove $packages
  fi
  apt-mark hold $held >/dev/null
  trap - EXIT HUP INT TERM
}
`;
}
// src/providers/kubeadm/scripts/repository.ts
/**
* Switches a host to the repository of the hop's minor and refreshes that source alone. The entry keeps its form, one line or
* deb822, and its key file; files are replaced whole, and kept as they were.
* @param configured repository that the cluster file names; default the one that the host uses, of which only the minor changes
*/
function switchRepository(hop, configured, { apt, backup }) {
	const others = configured === void 0 ? "" : ` -e "s#${ANY_MIRROR}#$named#"`;
	return `${packageSource(configured, apt)}
repository="$base/v${minorOf(hop.to)}/deb/"
backup_directory=${quote(backup)}
keep() {
  if [ -e "$1" ] && [ ! -e "$backup_directory$1" ]; then
    mkdir -p "$backup_directory$(dirname "$1")"
    cp -p "$1" "$backup_directory$1"
  fi
}
replace() {
  if [ -e "$1" ]; then chmod --reference="$1" "$2"; else chmod 644 "$2"; fi
  if cmp -s "$1" "$2"; then rm -f "$2"; return 0; fi
  keep "$1"
  mv -f "$2" "$1"
  echo "changed $1"
}
sources=$(entry_files)
mkdir -p "$apt_directory/keyrings" "$apt_directory/sources.list.d"
if [ -z "$sources" ]; then
  keyrings="$apt_directory/keyrings/kubernetes-apt-keyring.gpg"
else
  keyrings=$(entry_keyrings)
fi
key=$(mktemp)
if /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "\${repository}Release.key" "$key"; then
  for keyring in $keyrings; do
    case "$keyring" in
      *.asc) cp "$key" "$keyring.kubestair" ;;
      *) gpg --batch --yes --quiet --no-default-keyring --dearmor -o "$keyring.kubestair" <"$key" ;;
    esac
    replace "$keyring" "$keyring.kubestair"
  done
elif [ -n "$sources" ]; then
  echo "note: $repository offers no Release.key; the key that is there stays"
else
  exit 1
fi
rm -f "$key"
if [ -z "$sources" ]; then
  sources="$apt_directory/sources.list.d/kubernetes.list"
  echo "deb [signed-by=$keyrings] $repository /" >"$sources.kubestair"
  replace "$sources" "$sources.kubestair"
else
  named=$(printf '%s' "$repository" | sed 's/[&\\\\#]/\\\\&/g')
  for source in $sources; do
    sed -E -e "s#$own#\\1/v${minorOf(hop.to)}/deb/#; t"${others} "$source" >"$source.kubestair"
    replace "$source" "$source.kubestair"
  done
fi
for source in $sources; do
  apt update -o Dir::Etc::sourcelist="$source" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any
done
`;
}
// src/providers/kubeadm/scripts/steps.ts
/** Brings packages and images to a host; what runs there stays as it is. */
function stageScript({ hop, role, repository, configuration }) {
	const paths = {
		apt: "/etc/apt",
		backup: `/var/lib/kubestair/before-${hop.to}`
	};
	return `${packageFunctions(hop.to)}
${switchRepository(hop, repository, paths)}
names="kubeadm kubelet"
if [ -n "$(installed kubectl)" ]; then names="$names kubectl"; fi
packages=$(exact $names)
echo "downloading" $packages
apt install -y --download-only --allow-change-held-packages --no-install-recommends --no-remove $packages
${pullImages(role, hop.to, configuration)}`;
}
/**
* Installs kubeadm and runs its upgrade of this node. At the end it seals the kubelet's configuration with its hash: a later look
* trusts this run only as long as the configuration is the one it wrote.
*/
function kubeadmScript({ kind, version, ignorePreflightErrors }) {
	const ignored = ignorePreflightErrors.length === 0 ? "" : ` --ignore-preflight-errors=${quote(ignorePreflightErrors.join(","))}`;
	const command = kind === "apply" ? `kubeadm upgrade apply ${version} --yes` : "kubeadm upgrade node";
	return `${packageFunctions(version)}
install_held kubeadm
${command}${ignored}
for file in /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env; do
  if [ -e "$file" ]; then sha256sum "$file"; fi
done >"$KUBESTAIR_DIRECTORY/seal"
`;
}
/**
* Installs kubelet and kubectl, holds all three, and restarts the kubelet if it is not the installed one that runs. A kubelet that
* keeps dying is found here, with its last words, and not by a time-out later.
*/
function kubeletScript(version) {
	return `${packageFunctions(version)}
names=kubelet
if [ -n "$(installed kubectl)" ]; then names="$names kubectl"; fi
before=$(installed kubelet)
install_held $names
if [ -n "$(installed kubeadm)" ]; then apt-mark hold kubeadm >/dev/null; fi
pid=$(systemctl show -p MainPID --value kubelet)
if [ "$before" != "$(installed kubelet)" ] || [ ! /proc/$pid/exe -ef "$(command -v kubelet)" ]; then
  systemctl daemon-reload
  systemctl restart kubelet
  echo "kubelet restarted"
fi
steady=0
last=
for second in $(seq 90); do
  now=$(systemctl show -p ActiveState -p NRestarts -p MainPID kubelet | tr '\\n' ' ')
  case "$now" in
    *ActiveState=active*) if [ "$now" = "$last" ]; then steady=$((steady + 1)); else steady=0; fi ;;
    *) steady=0 ;;
  esac
  last=$now
  if [ "$steady" -ge 8 ]; then exit 0; fi
  sleep 1
done
echo "error: the kubelet does not stay up; its last words:" >&2
journalctl -u kubelet -n 15 --no-pager -o cat >&2
exit 1
`;
}
// src/providers/kubeadm/run-step.ts
/** Does one step on its host. @throws KubestairError STEP_FAILED, HOST_*, KUBE_* */
async function runStep$1(input, context) {
	const { step, host, clusterUid, clock } = input;
	const { script, retries } = await workOf(input, context.signal);
	const { lines } = await runJob(host, {
		name: unitName(clusterUid, step.id),
		title: step.does,
		script
	}, [...retries, CUT_OFF], clock, context);
	for (const line of lines.filter((text) => text.startsWith("note: "))) context.note(line.slice(6));
}
async function workOf(input, signal) {
	const { step, kube, config } = input;
	const { to } = step.hop;
	const ignorePreflightErrors = config.kubeadm.ignorePreflightErrors;
	switch (step.kind) {
		case "stage": return {
			script: await stage(input, signal),
			retries: []
		};
		case "control-plane": {
			const [nodes, configured] = await Promise.all([readNodes(kube, signal), readConfiguredVersion(kube, signal)]);
			return {
				script: kubeadmScript({
					kind: needsApply(step.node, nodes, configured, step.hop) ? "apply" : "node",
					version: to,
					ignorePreflightErrors
				}),
				retries: [
					FLAKY_PREFLIGHT,
					NODE_NOT_AUTHORIZED,
					RESTARTING
				]
			};
		}
		case "node-config": return {
			script: kubeadmScript({
				kind: "node",
				version: to,
				ignorePreflightErrors
			}),
			retries: [NODE_NOT_AUTHORIZED, RESTARTING]
		};
		case "kubelet":
			await requireConfiguration(input, signal);
			return {
				script: kubeletScript(to),
				retries: []
			};
		case "backup":
		case "drain":
		case "ready":
		case "uncordon":
		case "settle": throw new KubestairError("INTERNAL", `The provider kubeadm does not do ${step.id}`);
	}
}
async function stage({ step, kube, config }, signal) {
	const [node, configuration] = await Promise.all([readNode$1(kube, step.node, signal), readClusterConfiguration(kube, signal)]);
	return stageScript({
		hop: step.hop,
		role: node.role,
		repository: config.packages.repository,
		configuration: configurationFor(configuration, step.hop.to)
	});
}
/**
* A kubelet of the next minor on the configuration of the last one may not start at all (1.35 does not know
* --pod-infra-container-image, which only `kubeadm upgrade node` takes out): it is never restarted before that succeeded.
*/
async function requireConfiguration({ step, host, kube, clusterUid }, signal) {
	const node = await readNode$1(kube, step.node, signal);
	if (isAt$1(node.kubelet, step.hop.to)) return;
	const kind = node.role === "control-plane" ? "control-plane" : "node-config";
	if (await hasSucceeded(host, unitName(clusterUid, `${step.hop.to}/${step.node}/${kind}`), signal)) return;
	throw new KubestairError("STEP_FAILED", `kubeadm upgrade has not succeeded on ${step.node}, so its kubelet stays as it is`, {
		object: `Node/${step.node}`,
		next: "Run the same command again: it upgrades the configuration of the kubelet first."
	});
}
// src/providers/kubeadm/settings/arguments.ts
const TRUE = [
	"1",
	"t",
	"T",
	"true",
	"TRUE",
	"True"
];
/** Flags out of the words of a command line: `--name=value`, `--name value` and `--name`. */
function argumentsIn(words) {
	return words.flatMap(({ text, place, line }, index) => {
		const flag = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(text);
		if (flag === null) return [];
		const [, name = "", value] = flag;
		const next = words[index + 1]?.text ?? "-";
		return [{
			name,
			value: value ?? (next.startsWith("-") ? "" : next),
			place,
			...line !== void 0 && { line }
		}];
	});
}
/** What of a program's arguments may stop a newer one from starting. Values of all other flags end here. */
function settingsOf(program, args) {
	return args.flatMap(({ name: written, value, ...at }) => {
		const name = program === "etcd" ? written : written.replaceAll("_", "-");
		return [{
			kind: "flag",
			program,
			name,
			...at
		}, ...valuesOf(program, name, value).map((setting) => ({
			...setting,
			...at
		}))];
	});
}
function valuesOf(program, flag, value) {
	const items = value.split(",").filter((item) => item.trim() !== "");
	if (flag === "feature-gates" && program !== "etcd") return items.map((item) => gateOf(program, item));
	if (program !== "kube-apiserver") return [];
	switch (flag) {
		case "enable-admission-plugins":
		case "disable-admission-plugins":
		case "admission-control": return items.map((name) => ({
			kind: "admission-plugin",
			name: name.trim()
		}));
		case "runtime-config": return items.flatMap((item) => runtimeVersionOf(item));
		default: return [];
	}
}
/** `Name=true`, or `kube:Name=true` as kube-apiserver takes it too. */
function gateOf(program, item) {
	const [name = "", on = ""] = item.split("=");
	return {
		kind: "gate",
		program,
		name: name.trim().replace(/^\w+:/, ""),
		on: TRUE.includes(on.trim())
	};
}
/** `group/version=true` or `group/version/resource=true`; `api/beta` and the like name no version. */
function runtimeVersionOf(item) {
	const [key = ""] = item.split("=");
	const [group = "", version] = key.trim().split("/");
	if (version === void 0 || group === "api") return [];
	return [{
		kind: "runtime-version",
		name: `${group}/${version}`
	}];
}
// src/providers/kubeadm/settings/component-config.ts
/**
* Fields and feature gates of a KubeletConfiguration or KubeProxyConfiguration.
* @throws Error for a text that is no YAML
*/
function settingsOfConfig(program, place, text) {
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, {
		lineCounter: lines,
		prettyErrors: false
	});
	if (document.errors.length > 0) throw new Error("is no YAML");
	const lineOf = (key) => lines.linePos((0, import_dist.isScalar)(key) ? key.range?.[0] ?? 0 : 0).line;
	if (!(0, import_dist.isMap)(document.contents)) return [];
	const fields = document.contents.items.map(({ key }) => ({
		kind: "field",
		program,
		name: String(key),
		place,
		line: lineOf(key)
	}));
	const gates = document.get("featureGates");
	if (!(0, import_dist.isMap)(gates)) return fields;
	return [...fields, ...gates.items.map(({ key, value }) => ({
		kind: "gate",
		program,
		name: String(key),
		on: (0, import_dist.isScalar)(value) && value.value === true,
		place,
		line: lineOf(key)
	}))];
}
// src/providers/kubeadm/settings/cluster-settings.ts
/** A map in kubeadm.k8s.io/v1beta3, a list that may repeat a name since v1beta4. */
const extraArgs = union([record$2(string(), string()).transform((map) => Object.entries(map).map(([name, value]) => ({
	name,
	value
}))), array(object$1({
	name: string(),
	value: string().default("")
}))]);
const component = object$1({ extraArgs: extraArgs.nullish() }).nullish();
const clusterConfiguration = object$1({
	apiServer: component,
	controllerManager: component,
	scheduler: component,
	etcd: object$1({ local: object$1({
		extraArgs: extraArgs.nullish(),
		imageTag: string().nullish()
	}).nullish() }).nullish()
});
const SOURCES = [
	{
		name: "kubeadm-config",
		key: "ClusterConfiguration",
		read: settingsOfClusterConfiguration
	},
	{
		name: "kubelet-config",
		key: "kubelet",
		read: (place, text) => settingsOfConfig("kubelet", place, text)
	},
	{
		name: "kube-proxy",
		key: "config.conf",
		read: (place, text) => settingsOfConfig("kube-proxy", place, text)
	}
];
/** Settings that kubeadm keeps in the cluster. One that cannot be read leaves the others known. */
async function clusterSettings(kube, signal) {
	const read = await Promise.all(SOURCES.map(async (source) => readSource(kube, source, signal)));
	return {
		found: read.flatMap(({ found }) => found.known ? found.value : []),
		unread: read.flatMap(({ place, found }) => found.known ? [] : [{
			place,
			reason: found.reason
		}])
	};
}
async function readSource(kube, { name, key, read }, signal) {
	const place = `ConfigMap/kube-system/${name}`;
	return {
		place,
		found: await attempt(async () => {
			const text = (await get(kube, `/api/v1/namespaces/kube-system/configmaps/${name}`, { signal })).data?.[key];
			if (text === void 0) throw new Error(`it has no key ${key}`);
			return read(place, text);
		}, {
			signal,
			grant: {
				group: "",
				resource: "configmaps",
				verb: "get",
				namespace: "kube-system",
				names: [name]
			}
		})
	};
}
/** @throws Error for a text that is no ClusterConfiguration */
function settingsOfClusterConfiguration(place, text) {
	const { apiServer, controllerManager, scheduler, etcd } = clusterConfiguration.parse((0, import_dist.parse)(text));
	const sections = [
		[
			"kube-apiserver",
			"apiServer",
			apiServer?.extraArgs
		],
		[
			"kube-controller-manager",
			"controllerManager",
			controllerManager?.extraArgs
		],
		[
			"kube-scheduler",
			"scheduler",
			scheduler?.extraArgs
		],
		[
			"etcd",
			"etcd.local",
			etcd?.local?.extraArgs
		]
	];
	const tag = etcd?.local?.imageTag;
	return [...sections.flatMap(([program, section, args]) => settingsOf(program, (args ?? []).map(({ name, value }) => ({
		name,
		value,
		place: `${place}, ${section}.extraArgs`
	})))), ...tag === void 0 || tag === null || tag === "" ? [] : [{
		kind: "etcd-tag",
		name: tag,
		place
	}]];
}
// src/providers/kubeadm/settings/words.ts
/** Splits as a shell does and as systemd does, without expansions: quotes of both kinds and backslashes. */
function splitWords(text) {
	const words = [];
	let word = "";
	let begun = false;
	let quote = "";
	for (let index = 0; index < text.length; index += 1) {
		let char = text[index] ?? "";
		const quoted = quote !== "";
		if (quoted ? char === quote : char === "\"" || char === "'") {
			quote = quoted ? "" : char;
			begun = true;
			continue;
		}
		if (!quoted && /\s/.test(char)) {
			if (begun) words.push(word);
			word = "";
			begun = false;
			continue;
		}
		if (char === "\\" && quote !== "'" && index + 1 < text.length) {
			index += 1;
			char = text[index] ?? "";
			if (char === "\n") continue;
		}
		word += char;
		begun = true;
	}
	if (begun) words.push(word);
	return words;
}
// src/providers/kubeadm/settings/kubelet-unit.ts
/**
* The command line that systemd would start the kubelet with now: its unit with all drop-ins, and the variables of the files that
* they name. A kubelet that runs since before a change has not met it yet; the one after the upgrade will.
* @param unit what `systemd-analyze cat-config` prints: each file after a comment with its path
* @param files environment files by path
*/
function kubeletWords(unit, files) {
	const variables = /* @__PURE__ */ new Map();
	const environmentFiles = [];
	let command = [];
	for (const { key, value, place, line } of unitEntries(unit)) {
		if (key === "ExecStart") command = splitWords(value.replace(/^[@:+!|-]+/, "")).map((text) => ({
			text,
			place,
			line
		}));
		if (key === "EnvironmentFile") environmentFiles.push(value.replace(/^-/, ""));
		if (key !== "Environment") continue;
		for (const text of splitWords(value)) assign(variables, text, place, line);
	}
	for (const path of environmentFiles) for (const [index, text] of (files.get(path) ?? "").split("\n").entries()) {
		if (/^\s*(?:[#;]|$)/.test(text)) continue;
		const [name = "", ...rest] = text.trim().split("=");
		assign(variables, `${name}=${splitWords(rest.join("=")).join(" ")}`, path, index + 1);
	}
	return command.flatMap((word) => expand(word, variables));
}
function assign(variables, text, place, line) {
	const [name = "", ...value] = text.split("=");
	variables.set(name.trim(), {
		value: value.join("="),
		place,
		line
	});
}
/** A word of `$NAME` becomes the words of its value; `${NAME}` anywhere is put in as it is (systemd.service(5)). */
function expand(word, variables) {
	const alone = /^\$(\w+)$/.exec(word.text)?.[1];
	if (alone !== void 0) {
		const variable = variables.get(alone);
		if (variable === void 0) return [];
		const { value, place, line } = variable;
		return splitWords(value).map((text) => ({
			text,
			place,
			line
		}));
	}
	const text = word.text.replace(/\$\{(\w+)\}/g, (_all, name) => variables.get(name)?.value ?? "");
	return [{
		...word,
		text
	}];
}
function* unitEntries(unit) {
	let place = "kubelet.service";
	let line = 0;
	let open;
	for (const text of unit.split("\n")) {
		line += 1;
		const path = /^# (\/\S+)$/.exec(text)?.[1];
		if (path !== void 0) {
			place = path;
			line = 0;
			continue;
		}
		if (/^\s*[#;]/.test(text) || open === void 0 && /^\s*(?:\[|$)/.test(text)) continue;
		const [key = "", ...rest] = text.split("=");
		const entry = open === void 0 ? {
			key: key.trim(),
			value: rest.join("=").trim(),
			place,
			line
		} : {
			...open,
			value: `${open.value} ${text.trim()}`
		};
		const continued = /\\$/.test(entry.value);
		open = continued ? {
			...entry,
			value: entry.value.replace(/\\$/, "")
		} : void 0;
		if (!continued) yield entry;
	}
	if (open !== void 0) yield open;
}
// src/providers/kubeadm/settings/static-pod.ts
const PROGRAMS = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler",
	"etcd"
];
/**
* Settings in the manifest of a static pod; none for pods of others.
* @throws Error for a text that is no YAML
*/
function settingsOfStaticPod(place, text) {
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, {
		lineCounter: lines,
		prettyErrors: false
	});
	if (document.errors.length > 0) throw new Error("is no YAML");
	const containers = document.getIn(["spec", "containers"]);
	if (!(0, import_dist.isSeq)(containers)) return [];
	return containers.items.flatMap((_container, index) => {
		const words = ["command", "args"].flatMap((key) => {
			const list = document.getIn([
				"spec",
				"containers",
				index,
				key
			]);
			if (!(0, import_dist.isSeq)(list)) return [];
			return list.items.flatMap((item) => {
				if (!(0, import_dist.isScalar)(item)) return [];
				return [{
					text: String(item.value),
					place,
					line: lines.linePos(item.range?.[0] ?? 0).line
				}];
			});
		});
		const program = PROGRAMS.find((name) => name === basename(words[0]?.text ?? ""));
		return program === void 0 ? [] : settingsOf(program, argumentsIn(words));
	});
}
// src/providers/kubeadm/settings/host-settings.ts
/**
* Each file as a line with what it is and its path, and a line of base64. The unit and its drop-ins are taken as they are on disk:
* systemd may not have loaded them yet, and does when the upgrade restarts the kubelet.
*/
const SCRIPT = `set -u
show() {
  if [ -f "$2" ]; then
    printf '%s %s\\n' "$1" "$2"
    base64 -w 0 <"$2" && echo
  fi
}
unit=$(systemd-analyze cat-config systemd/system/kubelet.service 2>/dev/null) || unit=$(systemctl cat kubelet.service 2>/dev/null)
printf 'unit kubelet.service\\n'
printf '%s\\n' "$unit" | base64 -w 0 && echo
variables=$(printf '%s\\n' "$unit" | sed -n 's/^EnvironmentFile=-\\{0,1\\}//p')
for path in $variables; do show variables "$path"; done
directories=$( { printf '%s\\n' "$unit"; cat $variables 2>/dev/null; } | sed -n 's/.*--config-dir[= ]\\([^ "]*\\).*/\\1/p')
for directory in $directories; do
  for path in "$directory"/*.conf; do show config "$path"; done
done
for path in /etc/kubernetes/manifests/*.yaml /etc/kubernetes/manifests/*.yml /etc/kubernetes/manifests/*.json; do show manifest "$path"; done
exit 0`;
const HOSTS_AT_ONCE = 8;
/** Settings of every host, unknown where it cannot be reached: those that stay when it is upgraded, and those that its static pods run with. */
async function settingsOfHosts(nodes, hostOf, signal) {
	const limit = pLimit(HOSTS_AT_ONCE);
	const read = async (node) => node.host.known ? await attempt(() => readHost(hostOf(node), signal), { signal }) : node.host;
	return await Promise.all(nodes.map((node) => limit(async () => ({
		node: node.name,
		found: await read(node)
	}))));
}
async function readHost(host, signal) {
	const { stdout } = await host.run(SCRIPT, {
		sudo: true,
		signal,
		timeoutSeconds: 60
	});
	return parseHostSettings(stdout);
}
/** Reads what the script printed. */
function parseHostSettings(stdout) {
	const files = filesIn(stdout);
	const found = [];
	const unread = [];
	const collect = (place, read) => {
		try {
			found.push(...read());
		} catch (thrown) {
			unread.push({
				place,
				reason: thrown instanceof Error ? thrown.message : String(thrown)
			});
		}
	};
	const variables = new Map(files.flatMap(({ kind, path, text }) => kind === "variables" ? [[path, text]] : []));
	for (const { kind, path, text } of files) switch (kind) {
		case "unit":
			collect(path, () => settingsOfUnit(text, variables));
			break;
		case "config":
			collect(path, () => settingsOfConfig("kubelet", path, text));
			break;
		case "manifest": collect(path, () => settingsOfStaticPod(path, text));
	}
	return {
		found,
		unread
	};
}
function settingsOfUnit(unit, variables) {
	const words = kubeletWords(unit, variables);
	if (words.length === 0) throw new Error("systemd has no such unit");
	return settingsOf("kubelet", argumentsIn(words));
}
function filesIn(stdout) {
	const lines = stdout.split("\n");
	return lines.flatMap((line, index) => {
		const [, kind, path = ""] = /^(unit|variables|config|manifest) (.+)$/.exec(line) ?? [];
		if (kind === void 0) return [];
		return [{
			kind,
			path,
			text: Buffer.from(lines[index + 1] ?? "", "base64").toString("utf8")
		}];
	});
}
// src/plan/batches.ts
/**
* The batches in which workers are taken. What a run left half done comes first, then the canaries, then all others in the order that the
* file gives, by name where it gives none.
* @param due workers that have something to do
* @param all every worker of the cluster: percentages are of these, so that they stay the same as the rollout proceeds
*/
function batchesOf(due, all, workers) {
	switch (workers.strategy) {
		case "all-at-once": return due.length === 0 ? [] : [{
			nodes: due.toSorted(byName),
			canary: false
		}];
		case "rolling": {
			const size = batchSize(all, workers);
			const [canaries, others] = split(due, (node) => isCanary(node, workers));
			return [...chunks(inOrder(canaries, workers), size).map((nodes) => ({
				nodes,
				canary: true
			})), ...chunks(inOrder(others, workers), size).map((nodes) => ({
				nodes,
				canary: false
			}))];
		}
	}
}
/** Whether a worker is one of those that go before all others. */
function isCanary({ scheduling }, workers) {
	if (workers.strategy !== "rolling" || workers.canary === void 0) return false;
	return selectsNode(workers.canary.selector, scheduling.labels);
}
/**
* How many workers may be away together. A percentage is rounded down, but never to none, as that of a Deployment without surge
* (k8s.io/kubectl/pkg/util/deployment, ResolveFenceposts). Workers that somebody else keeps cordoned are away already.
*/
function batchSize(all, { maxUnavailable }) {
	const allowed = typeof maxUnavailable === "number" ? maxUnavailable : Math.floor(all.length * Number(maxUnavailable.slice(0, -1)) / 100);
	const away = all.filter(({ unschedulable, cordonedBy }) => unschedulable && cordonedBy === void 0);
	return Math.max(1, allowed - away.length);
}
/** Whether labels match a selector as kubectl's -l takes it: `a=b`, `a==b`, `a!=b`, `a`, `!a`, all of those that commas part. */
function selectsNode(selector, labels) {
	if (selector === "*") return true;
	return selector.split(",").every((term) => {
		const [, not, key = "", operator, value] = /^(!?)([^=!]+)(?:(==?|!=)(.*))?$/.exec(term.trim()) ?? [];
		if (operator === void 0) return labels[key] !== void 0 !== (not === "!");
		return labels[key] === value === (operator !== "!=");
	});
}
function inOrder(nodes, { order }) {
	const rest = order.indexOf("*") < 0 ? order.length : order.indexOf("*");
	const rankOf = ({ scheduling }) => {
		const rank = order.findIndex((selector) => selector !== "*" && selectsNode(selector, scheduling.labels));
		return rank < 0 ? rest : rank;
	};
	const begun = ({ cordonedBy }) => cordonedBy === void 0 ? 1 : 0;
	return nodes.toSorted((a, b) => begun(a) - begun(b) || rankOf(a) - rankOf(b) || byName(a, b));
}
function split(values, first) {
	return [values.filter(first), values.filter((value) => !first(value))];
}
function chunks(values, size) {
	return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}
function byName(a, b) {
	return a.name < b.name ? -1 : 1;
}
// src/providers/kubeadm/unit-steps.ts
/** Measured on two busy cores; a plan's forecast, not a limit. */
const EXPECTED_SECONDS = {
	backup: 60,
	stage: 30,
	"control-plane": 150,
	"node-config": 10,
	drain: 60,
	kubelet: 30,
	ready: 15,
	uncordon: 2,
	settle: 20
};
/** Packages and images of all hosts, side by side, before any of them is away. */
function stageUnit(nodes, hop) {
	return nodes.map((name) => makeStep("stage", hop, `Bring the packages and images of ${hop.to} to ${name}`, {
		node: name,
		batch: `${hop.to}/stage`
	}));
}
/** A control plane by itself, watched before the next one starts. */
function controlPlaneUnit({ node, due }, { hop, observation, config, first }) {
	const { name } = node;
	const soak = config.controlPlane.soakSeconds;
	const place = {
		node: name,
		batch: `${hop.to}/${name}`
	};
	const does = name === first && needsApply(name, observation.nodes, observation.configuredVersion, hop) ? `kubeadm upgrade apply ${hop.to} on ${name}` : `kubeadm upgrade node on control plane ${name}`;
	return [
		...due.controlPlane ? [makeStep("control-plane", hop, does, place)] : [],
		...stepsAway(name, due, hop, place),
		makeStep("settle", hop, settleText(`${name} was`, soak), {
			...place,
			...soak > 0 && { soakSeconds: soak },
			closes: "control-plane"
		})
	];
}
/** One worker's settle is that worker's; that of several comes once all of them are through. */
function batchUnit(members, number, { hop }) {
	const batch = members.length === 1 ? `${hop.to}/${members[0]?.node.name}` : `${hop.to}/workers-${number}`;
	const names = members.map(({ node }) => node.name);
	const last = names.at(-1) ?? "";
	return [...members.flatMap(({ node: { name }, due }) => {
		const place = {
			node: name,
			batch
		};
		return [...due.nodeConfig ? [makeStep("node-config", hop, `kubeadm upgrade node on ${name}`, place)] : [], ...stepsAway(name, due, hop, place)];
	}), {
		...makeStep("settle", hop, settleText(names.length === 1 ? `${last} was` : `${names.join(", ")} were`, 0), {
			batch,
			closes: "batch",
			...names.length === 1 && { node: last }
		}),
		id: `${hop.to}/${last}/settle`
	}];
}
/** The steps during which a node takes no pods. */
function stepsAway(name, due, hop, place) {
	const { to } = hop;
	const kubelet = `kubelet and kubectl ${to} on ${name}, held; restart the kubelet`;
	return [
		...due.drain ? [makeStep("drain", hop, `Cordon and drain ${name}`, place)] : [],
		...due.packages ? [makeStep("kubelet", hop, kubelet, place)] : [],
		makeStep("ready", hop, `Wait until ${name} is Ready at ${to}`, place),
		...due.uncordon ? [makeStep("uncordon", hop, `Uncordon ${name}, if Kubestair cordoned it`, place)] : []
	];
}
/** Others follow the canaries only after these were watched. */
function canarySoak({ hop, config: { workers } }) {
	const soak = workers.strategy === "rolling" ? workers.canary?.soakSeconds ?? 0 : 0;
	return [{
		...makeStep("settle", hop, settleText("the canaries were", soak), {
			soakSeconds: soak,
			closes: "canaries"
		}),
		id: `${hop.to}/canaries/settle`
	}];
}
function hopSettle(hop, soak = 0) {
	const watch = soak > 0 ? `, and watch for ${soak} s` : "";
	return makeStep("settle", hop, `Wait until the cluster is at ${hop.to} and as healthy as before${watch}`, {
		...soak > 0 && { soakSeconds: soak },
		closes: "hop"
	});
}
function settleText(who, soak) {
	return `Wait until workloads are as healthy as before ${who} upgraded${soak > 0 ? `, and watch for ${soak} s` : ""}`;
}
function makeStep(kind, hop, does, place) {
	return {
		id: [
			hop.to,
			place.node,
			kind
		].filter((part) => part !== void 0).join("/"),
		kind,
		hop,
		...place,
		does,
		expectedSeconds: EXPECTED_SECONDS[kind] + (place.soakSeconds ?? 0)
	};
}
// src/providers/kubeadm/steps.ts
/**
* The steps of one hop that are still to do: packages and images of all hosts, then control planes one after another, then workers in
* batches, and on each node first what needs no drain. A node that is at the target already gets only what is missing, such as taking
* back Kubestair's own cordon. Source of the order: kubernetes.io "Upgrading kubeadm clusters".
*/
function kubeadmSteps(hop, observation, config, scope = "all") {
	const controlPlanes = orderControlPlanes(observation.nodes, hop);
	const all = observation.nodes.filter(({ role }) => role === "worker");
	const input = {
		hop,
		observation,
		config,
		first: controlPlanes[0]?.name
	};
	const dueOf = (nodes) => nodes.map((node) => ({
		node,
		due: dueOn(node, hop, observation)
	})).filter(({ due }) => due.any);
	const servers = dueOf(controlPlanes);
	const workers = scope === "all" ? dueOf(all) : [];
	const units = [...servers.map((each) => controlPlaneUnit(each, input)), ...workerUnits(workers, all, input)];
	if (units.length === 0) return [];
	const staged = new Set([...servers, ...workers].filter(({ due }) => due.stage).map(({ node: { name } }) => name));
	const inOrder = new Set(units.flat().flatMap(({ node = "" }) => staged.has(node) ? [node] : []));
	const last = units.at(-1)?.find(({ kind }) => kind === "settle");
	return [
		...stageUnit([...inOrder], hop),
		...units.flat().filter((step) => step !== last),
		hopSettle(hop, last?.soakSeconds)
	];
}
/** Batch by batch, and a soak between the canaries and all others. */
function workerUnits(due, all, input) {
	const byNode = new Map(due.map((each) => [each.node, each]));
	const batches = batchesOf([...byNode.keys()], all, input.config.workers);
	const units = batches.flatMap(({ nodes, canary }, index) => {
		const unit = batchUnit(nodes.flatMap((node) => byNode.get(node) ?? []), index + 1, input);
		return canary && batches[index + 1]?.canary !== true ? [unit, canarySoak(input)] : [unit];
	});
	return !batches.some(({ canary }) => canary) && canariesUnwatched(due, all, input) ? [canarySoak(input), ...units] : units;
}
/** A run was cut off while it watched the canaries: they are through, and no other worker was begun. */
function canariesUnwatched(due, all, { hop, config: { workers } }) {
	const others = all.filter((node) => !isCanary(node, workers));
	const untouched = others.every((node) => !isAt$1(node.kubelet, hop.to) && node.cordonedBy === void 0);
	return due.length > 0 && others.length < all.length && untouched;
}
// src/providers/kubeadm/targets.ts
/**
* Releases whose kubeadm and kubelet the package repository offers, as the first control-plane host sees it that answers. Which hosts
* can really have what the plan chooses is looked at on each of them, in the preflight.
*/
async function offeredReleases(minors, nodes, { hostOf, repository, signal }) {
	const script = offersScript(minors, repository);
	let reason = "there is no control-plane node";
	for (const node of nodes.filter(({ role }) => role === "control-plane").toSorted(byName$1)) try {
		const { stdout } = await hostOf(node).run(script, {
			sudo: true,
			signal,
			timeoutSeconds: 300
		});
		const offers = parseOffers(stdout);
		return new Map(minors.map((minor) => [minor, releasesOf(offers, minor, node.name)]));
	} catch (thrown) {
		signal?.throwIfAborted();
		reason = asKubestairError(thrown).message;
	}
	return new Map(minors.map((minor) => [minor, unknown(reason)]));
}
function releasesOf({ minors }, minor, node) {
	const offer = minors.get(minor);
	if (offer === void 0) return unknown(`${node} has no apt`);
	if (offer.error !== "") return unknown(`apt on ${node} says: ${offer.error}`);
	const kubelets = new Set(releasesIn(offer.packages, "kubelet"));
	return known([...new Set(releasesIn(offer.packages, "kubeadm").filter((version) => kubelets.has(version)))].toSorted(compareVersions));
}
// src/providers/kubeadm/provider.ts
/** Clusters made by kubeadm, with stacked or external etcd, whose hosts run Debian or Ubuntu and are reached over SSH. */
function openKubeadm({ kube, hostOf, openEtcd, openMetrics, clock, config }) {
	const addresses = /* @__PURE__ */ new Map();
	let uid;
	const hostNamed = async (name, signal) => {
		const address = addresses.get(name) ?? (await readNode$1(kube, name, signal)).address;
		addresses.set(name, address);
		return hostOf({
			name,
			address
		});
	};
	const clusterUid = (signal) => {
		uid ??= get(kube, "/api/v1/namespaces/kube-system", { signal }).then(({ metadata }) => metadata.uid);
		uid.catch(() => {
			uid = void 0;
		});
		return uid;
	};
	const routesOf = (configuration, nodes, signal) => {
		return routesToEtcd(nodes.filter(({ role }) => role === "control-plane").map(hostOf), configuration.etcd?.external === void 0 ? "stacked" : "external", openEtcd, signal);
	};
	return {
		name: "kubeadm",
		capabilities: {
			etcd: true,
			drains: "kubestair"
		},
		configuredVersion: (signal) => readConfiguredVersion(kube, signal),
		async observeHost(node, signal) {
			addresses.set(node.name, node.address);
			return observeHost(hostOf(node), clock, signal);
		},
		async observeEtcd(nodes, signal) {
			const configuration = await readable(PLAN_GRANTS.kubeadmConfig, () => readClusterConfiguration(kube, signal));
			if (!configuration.known) return configuration;
			return observeMembers(await routesOf(configuration.value, nodes, signal), signal);
		},
		async observeRequests(nodes, served, signal) {
			const configuration = await attempt(() => readClusterConfiguration(kube, signal), { signal });
			const own = configuration.known ? configuration.value : {};
			const ask = async (node) => {
				if (!node.host.known) return node.host;
				return attempt(() => requestedApis(hostOf(node), own, served, openMetrics, signal), { signal });
			};
			const servers = nodes.filter(({ role }) => role === "control-plane");
			return Promise.all(servers.map(async (node) => ({
				node: node.name,
				found: await ask(node)
			})));
		},
		async observeSettings(nodes, signal) {
			const [cluster, hosts] = await Promise.all([clusterSettings(kube, signal), settingsOfHosts(nodes, hostOf, signal)]);
			return {
				cluster,
				hosts
			};
		},
		async openEtcd(nodes, member, signal) {
			const configuration = await readClusterConfiguration(kube, signal);
			return openHealthyMember(await routesOf(configuration, nodes, signal), member, signal);
		},
		hostFiles: (node, signal) => hostFiles(hostOf(node), signal),
		encryptionConfiguration: (node, signal) => readEncryptionConfiguration(hostOf(node), signal),
		preflight: (hops, { nodes }, signal) => preflightHosts(nodes, hops, {
			hostOf,
			repository: config.packages.repository,
			signal
		}),
		targets: (minors, { nodes }, signal) => offeredReleases(minors, nodes, {
			hostOf,
			repository: config.packages.repository,
			signal
		}),
		steps: kubeadmSteps,
		workersMustPass,
		async isDone(step, signal) {
			const placed = requireNode(step);
			return isStepDone({
				step: placed,
				host: await hostNamed(placed.node, signal),
				kube,
				clusterUid: await clusterUid(signal)
			}, signal);
		},
		async run(step, context) {
			const placed = requireNode(step);
			const [host, uidNow] = await patiently(() => Promise.all([hostNamed(placed.node, context.signal), clusterUid(context.signal)]), {
				clock,
				signal: context.signal,
				seconds: config.gates.timeoutSeconds
			});
			await runStep$1({
				step: placed,
				host,
				kube,
				clusterUid: uidNow,
				config,
				clock
			}, context);
		},
		restorer: openRestorer({
			hostOf,
			routesFrom: (hosts, signal) => routesToEtcd(hosts, "stacked", openEtcd, signal),
			clock
		}),
		fence: (node, epoch, signal) => raiseFence(hostOf(node), epoch, signal),
		async close() {}
	};
}
function requireNode(step) {
	const { node } = step;
	if (node === void 0) throw new KubestairError("INTERNAL", `The step ${step.id} names no node`);
	return {
		...step,
		node
	};
}
// src/connect.ts
/**
* Chooses the adapters that the cluster file asks for; the only place that knows them all.
* @throws KubestairError KUBE_CONFIG, STORE_REFUSED
*/
async function connect$2(config, access, io) {
	const kube = await openKube({
		kubeconfig: access.kubeconfigFile ?? config.access.kubeconfig,
		context: config.access.context,
		env: io.env,
		userAgent: io.tool
	}, io.log);
	const store = openStore(config.backup, {
		random: io.random,
		env: io.env
	});
	const hosts = openHosts({
		...config.access.ssh,
		...access.sshIdentityFile !== void 0 && { identityFile: access.sshIdentityFile },
		...access.sshKnownHostsFile !== void 0 && { knownHostsFile: access.sshKnownHostsFile }
	});
	const provider = openKubeadm({
		kube,
		hostOf: hosts.hostOf,
		openEtcd,
		openMetrics,
		clock: io.clock,
		config
	});
	return {
		kube,
		store,
		provider,
		[Symbol.asyncDispose]: async () => {
			await provider.close();
			await hosts.close();
		}
	};
}
/** What the files were before: as the pull request of the run says, or as git does. */
function openHistory({ cwd, pullRequest }) {
	const git = openGit(cwd);
	if (pullRequest === void 0) return git;
	const { forge, number, base } = pullRequest;
	return forgeHistory({
		forge,
		pullRequest: number,
		base,
		otherwise: git
	});
}
// src/config/problem.ts
/**
* One error for everything that is wrong with a file: code and place of the first problem with its source line, the others below.
* @param text the file that the problems are in
*/
function configError(text, problems) {
	const [first, ...others] = problems.toSorted(byPlace);
	if (first === void 0) throw new RangeError("configError() needs a problem");
	const more = others.map(({ message, location }) => `also ${formatLocation(location)}: ${message}`);
	return new KubestairError(first.code, [
		first.message,
		...excerpt(text, first.location),
		...more
	].join("\n"), {
		location: first.location,
		next: first.next ?? "Correct the file and run the same command again."
	});
}
function byPlace(a, b) {
	return (a.location.line ?? 0) - (b.location.line ?? 0) || (a.location.column ?? 0) - (b.location.column ?? 0);
}
/** The source line and a caret below the column. */
function excerpt(text, { line, column }) {
	const source = line === void 0 ? void 0 : text.split(/\r?\n/)[line - 1];
	if (source === void 0 || column === void 0) return [];
	const gutter = `  ${line} | `;
	return [gutter + source, `${" ".repeat(gutter.length - 2)}| ${" ".repeat(column - 1)}^`];
}
// src/config/source.ts
/** @throws KubestairError CONFIG_SYNTAX with every error of the parser */
function parseSource(file, text) {
	const lines = new import_dist.LineCounter();
	const parsed = (0, import_dist.parseAllDocuments)(text, {
		lineCounter: lines,
		prettyErrors: false
	});
	const documents = Array.isArray(parsed) ? parsed : [];
	const source = {
		file,
		text,
		documents,
		lines
	};
	const problems = documents.flatMap(({ errors }) => errors).map((error) => ({
		code: "CONFIG_SYNTAX",
		message: error.message,
		location: locationAt(source, error.pos[0])
	}));
	if (problems.length > 0) throw configError(text, problems);
	return source;
}
/** Where the value at a path is; for a path that is not there, where its nearest parent is named. */
function locateValue(source, path, document = 0) {
	const { offset } = walk(source.documents[document], path);
	return locationAt(source, offset);
}
/** Where a key is written. */
function locateKey(source, parent, key, document = 0) {
	const map = walk(source.documents[document], parent).node;
	const pair = (0, import_dist.isMap)(map) ? map.items.find((item) => (0, import_dist.isScalar)(item.key) && item.key.value === key) : void 0;
	const offset = (0, import_dist.isScalar)(pair?.key) ? pair.key.range?.[0] : void 0;
	return offset === void 0 ? locateValue(source, parent, document) : locationAt(source, offset);
}
/** A scalar as it is written: to YAML `1.30` is the number 1.3, to a person a version. Undefined for what is no scalar. */
function writtenAt({ documents }, path, document = 0) {
	const node = documents[document]?.getIn(path, true);
	if (!(0, import_dist.isScalar)(node) || node.value === null) return void 0;
	return typeof node.value === "number" && node.source !== void 0 ? node.source : String(node.value);
}
function locationAt({ file, lines }, offset) {
	const { line, col } = lines.linePos(offset);
	return {
		file,
		line,
		column: col
	};
}
function walk(document, path) {
	let node = document?.contents;
	let offset = ((0, import_dist.isScalar)(node) || (0, import_dist.isMap)(node) || (0, import_dist.isSeq)(node) ? node.range?.[0] : void 0) ?? 0;
	for (const segment of path) {
		if ((0, import_dist.isAlias)(node) && document !== void 0) node = node.resolve(document);
		const child = childOf(node, segment);
		if (child === void 0) return {
			node: void 0,
			offset
		};
		node = child.value;
		offset = child.offset;
	}
	if ((0, import_dist.isAlias)(node) && document !== void 0) node = node.resolve(document);
	const own = (0, import_dist.isScalar)(node) ? node.range?.[0] : void 0;
	return {
		node: (0, import_dist.isMap)(node) || (0, import_dist.isSeq)(node) || (0, import_dist.isScalar)(node) ? node : void 0,
		offset: own ?? offset
	};
}
/** The child of a map or list, and the offset to name it by: its key, or its own beginning in a list. */
function childOf(node, segment) {
	if ((0, import_dist.isMap)(node)) {
		const pair = node.items.find(({ key }) => (0, import_dist.isScalar)(key) && String(key.value) === String(segment));
		if (!(0, import_dist.isScalar)(pair?.key)) return void 0;
		return {
			value: pair.value,
			offset: pair.key.range?.[0] ?? 0
		};
	}
	if ((0, import_dist.isSeq)(node)) {
		const item = node.items[Number(segment)];
		if (!(0, import_dist.isScalar)(item) && !(0, import_dist.isMap)(item) && !(0, import_dist.isSeq)(item)) return void 0;
		return {
			value: item,
			offset: item.range?.[0] ?? 0
		};
	}
}
// src/config/suggest.ts
/** The known word that a mistyped one most likely means; undefined if none is near. */
function didYouMean(word, known) {
	return known.map((candidate) => ({
		candidate,
		distance: editDistance(word.toLowerCase(), candidate.toLowerCase())
	})).filter(({ candidate, distance }) => distance <= Math.max(candidate.length > 3 ? 2 : 1, Math.floor(candidate.length / 3))).sort((a, b) => a.distance - b.distance)[0]?.candidate;
}
/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from, to) {
	let row = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (const [i, a] of [...from].entries()) {
		const next = [i + 1];
		for (const [j, b] of [...to].entries()) {
			const substituted = (row[j] ?? 0) + (a === b ? 0 : 1);
			next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}
// src/config/accept.ts
/**
* The acceptances of a file with their places.
* @throws KubestairError CONFIG_INVALID for a check that does not exist or that is mandatory, and for one object named twice
*/
function readAcceptances(source, written, checks) {
	const acceptances = written.map((each, index) => ({
		...each,
		at: locateValue(source, [
			"spec",
			"accept",
			index
		])
	}));
	const problems = acceptances.flatMap((acceptance, index) => {
		const place = locateValue(source, [
			"spec",
			"accept",
			index,
			"check"
		]);
		const twice = acceptances.findIndex((other) => isSame$1(other, acceptance)) < index;
		return [...problemOfCheck(acceptance.check, place, checks), ...twice ? [invalid$2(`${acceptance.check} of ${acceptance.object} is accepted twice`, place)] : []];
	});
	if (problems.length > 0) throw configError(source.text, problems);
	return acceptances;
}
function problemOfCheck(id, place, checks) {
	const check = checks.find((known) => known.id === id);
	if (check === void 0) {
		const guess = didYouMean(id, checks.map((known) => known.id));
		return [invalid$2(`There is no check "${id}"; ${guess === void 0 ? "docs/checks.md has the list of checks" : `did you mean "${guess}"?`}`, place)];
	}
	if (check.mandatory === void 0) return [];
	return [{
		...invalid$2(`The check ${id} is mandatory: no acceptance lets it pass`, place),
		next: "Take the acceptance out, and do what the finding says."
	}];
}
function isSame$1(a, b) {
	return a.check === b.check && a.object === b.object;
}
function invalid$2(message, location) {
	return {
		code: "CONFIG_INVALID",
		message,
		location
	};
}
// src/config/accept-schema.ts
const text$2 = (about) => string().min(1, "must not be empty").describe(about);
/** The list spec.accept of the cluster file. */
const acceptList = array(strictObject({
	check: text$2("Id of the check, as a finding and docs/checks.md name it."),
	object: text$2("The object, as the finding names it."),
	reason: text$2("Why it may stay; shown with the finding."),
	until: date({ error: "must be a day such as 2027-01-31" }).describe("Last day on which it counts, in UTC.")
})).default([]).describe("Findings to live with for a while. Those of mandatory checks cannot be accepted.");
// src/config/values.ts
/** A text that is not empty. */
const text$1 = (about) => string().min(1, "must not be empty").describe(about);
/** @param form what the pattern asks for, to follow "must be" */
const matching = (pattern, form, about) => string().regex(pattern, `must be ${form}`).describe(about);
/** A duration with a default, in seconds. */
const duration = (preset, about) => string().min(2, "must be a duration such as 30s, 10m or 1h30m").regex(DURATION, "must be a duration such as 30s, 10m or 1h30m").transform(durationSeconds).prefault(preset).describe(about);
const httpUrl = (about) => matching(/^https?:\/\/[^\s'"`$\\]+$/, "a URL with http or https", about);
const flag = (about) => boolean().default(false).describe(about);
// src/config/workers-schema.ts
/** Labels as kubectl's -l takes them, without sets. Source: k8s.io/apimachinery/pkg/labels, Parse. */
const SELECTOR = /^(?:\*|!?[A-Za-z0-9][A-Za-z0-9._/-]*(?:(?:==?|!=)[A-Za-z0-9._-]*)?(?:,!?[A-Za-z0-9][A-Za-z0-9._/-]*(?:(?:==?|!=)[A-Za-z0-9._-]*)?)*)$/;
const selector = (about) => matching(SELECTOR, "labels such as pool=web or pool=web,!spot", about);
const maxUnavailable = union([int().min(1, "must be 1 or more, or a percentage"), string().regex(/^(?:[1-9]\d?|100)%$/, "must be a number or a percentage from 1% to 100%")], "must be a number or a percentage such as 10%");
/** How workers are taken through an upgrade. */
const workersSchema = strictObject({
	strategy: _enum(["rolling", "all-at-once"]).default("rolling").describe("`rolling` takes workers batch by batch, `all-at-once` all of them together."),
	maxUnavailable: exactOptional(maxUnavailable.describe("Workers of one batch, which are away together: a number, or a percentage of all workers, rounded down but never to 0. Default 1.")),
	order: exactOptional(array(selector("Labels of the workers that come here; `*` stands for all others.")).describe("Labels in the order in which workers are taken, as `pool=batch`; default by name.")),
	canary: exactOptional(strictObject({
		selector: selector("Labels of the workers that go first."),
		soak: duration("10m", "How long the cluster is watched before the others follow.")
	}).describe("Workers that go before all others, one batch at a time, and are watched before any other follows.")),
	perHop: boolean().default(true).describe("Takes workers through every hop. `false` leaves them behind while the control plane goes on, as far as the version skew policy allows, and saves drains."),
	parallel: int().min(1, "must be from 1 to 50").max(50, "must be from 1 to 50").default(10).describe("Hosts that are worked on at the same time, for packages and images and within a batch.")
});
// src/config/file-schema.ts
/** Texts below end up in command lines and file names, so each has a form that can be neither an option nor a quote. */
const ADDRESS = /^[A-Za-z0-9[][A-Za-z0-9.:%[\]-]*$/;
const USER = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const PROXY_JUMP = /^[A-Za-z0-9_[][A-Za-z0-9_.@:,%[\]-]*$/;
const RECIPIENT = /^age1[a-z0-9]{20,}$/;
const STORE = /^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^?#]*)?|file:\/\/\/[^?#]+)$/;
const NAME$1 = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const PREFLIGHT_ERROR = /^(?!all$)[A-Za-z0-9][A-Za-z0-9._-]*$/i;
const MANIFESTS = /^(?![/~])[^\0]+$/;
const version$1 = (about) => string().describe(about).meta({
	pattern: "^v?1\\.\\d+(\\.\\d+)?$",
	examples: ["v1.36.3", "v1.36"]
});
const versionFrom = strictObject({
	file: text$1("File that holds the version, relative to this file."),
	path: exactOptional(text$1("Where in the file, for example `spec.version` or `kubernetesVersion`; without it the file holds nothing but the version."))
}).describe("Takes the version from another file: a plain one, a kubeadm ClusterConfiguration, a Cluster API object.");
const ssh = strictObject({
	user: exactOptional(matching(USER, "a user name", "User on the hosts, allowed to use sudo without a password.")),
	port: exactOptional(int().min(1, "must be a port").max(65535, "must be a port").describe("Port of sshd.")),
	proxyJump: exactOptional(matching(PROXY_JUMP, "a host, user@host or user@host:port", "Host to jump over, as in ssh -J.")),
	identityFile: exactOptional(text$1("Private key; default what ssh finds by itself.")),
	knownHostsFile: exactOptional(text$1("Host keys; default ~/.ssh/known_hosts. Unknown and changed keys are refused.")),
	configFile: exactOptional(text$1("Configuration of ssh; default ~/.ssh/config.")),
	addresses: record$2(string(), matching(ADDRESS, "a host name or an address", "Address of this node.")).default({}).describe("Addresses by node name, where the node's InternalIP cannot be reached.")
});
const access = strictObject({
	kubeconfig: exactOptional(text$1("kubeconfig file; default $KUBECONFIG, then ~/.kube/config.")),
	context: exactOptional(text$1("Context to use; default the kubeconfig's current one.")),
	clusterUid: exactOptional(text$1("UID of the namespace kube-system that the cluster must have.")),
	ssh: ssh.prefault({}).describe("How the hosts are reached.")
});
const backup$1 = strictObject({
	store: matching(STORE, "s3://bucket/prefix or file:///directory", "Where backups go: `s3://bucket/prefix` or `file:///directory`."),
	endpoint: exactOptional(httpUrl("S3 endpoint, for servers other than AWS.")),
	region: exactOptional(text$1("S3 region; default what the AWS credential chain says.")),
	pathStyle: flag("Bucket in the path instead of the host name, as most S3 servers other than AWS want it."),
	encryptTo: array(matching(RECIPIENT, "an age recipient such as age1…", "age recipient.")).default([]).describe("age recipients that can read the backup; without any it is not encrypted."),
	plainKeys: flag("Without recipients, write the keys of encryption at rest in plain text; otherwise a backup of such a cluster is refused.")
});
const drain = strictObject({
	timeout: duration("10m", "How long the drain of one node may take."),
	deleteEmptyDir: flag("Evict pods with emptyDir volumes, whose contents are lost."),
	force: flag("Evict pods that no controller would make again.")
});
const spec = strictObject({
	version: exactOptional(version$1("Version of Kubernetes to bring the cluster to; without a patch, as `v1.36`, the newest one that the package repository offers.")),
	versionFrom: exactOptional(versionFrom),
	via: array(version$1("Version to pass through.")).default([]).describe("Versions to pass through on the way, oldest first; minors that are left out are passed at their newest patch."),
	provider: literal$1("kubeadm").describe("How the cluster was made."),
	access: access.prefault({}).describe("How the cluster and its hosts are reached."),
	backup: backup$1.describe("Where the backup before an upgrade goes."),
	controlPlane: strictObject({ soak: duration("30s", "How long a control-plane node is watched before the next one starts.") }).prefault({}),
	workers: workersSchema.prefault({}).describe("How workers are taken through an upgrade."),
	drain: drain.prefault({}),
	gates: strictObject({ timeout: duration("10m", "How long a node and its pods may take to become healthy.") }).prefault({}),
	packages: strictObject({ repository: exactOptional(httpUrl("Package repositories, one per minor below this URL; default the one that each host takes its packages from today.")) }).prefault({}),
	manifests: array(matching(MANIFESTS, "a relative path or pattern", "Path or pattern, relative to this file.")).default([]).describe("Manifests in the repository that may use removed APIs, for example `../deploy/**/*.yaml`."),
	kubeadm: strictObject({ ignorePreflightErrors: array(matching(PREFLIGHT_ERROR, "the name of one preflight check", "Name of a preflight check.")).default([]).describe("Preflight checks of kubeadm whose errors become warnings.") }).prefault({}),
	accept: acceptList
});
/** The cluster file as it is written. The one list of keys: what is not here is an error. */
const clusterFile = strictObject({
	apiVersion: literal$1("kubestair.dev/v1"),
	kind: literal$1("Cluster"),
	metadata: strictObject({
		name: matching(NAME$1, "lower-case letters, digits and dashes", "Name of the cluster; backups lie below it in the store."),
		wave: exactOptional(int().min(1, "must be 1 or more").describe("When it is its turn where one change touches several clusters: lower ones first, those without one last."))
	}),
	spec
});
// src/config/validate.ts
/** @throws KubestairError CONFIG_UNKNOWN_KEY, CONFIG_INVALID, VERSION_INVALID: the first problem, with all others in its message */
function validate(source) {
	const [document, second] = source.documents;
	if (second !== void 0) throw configError(source.text, [invalid$1("There is more than one document; write one cluster a file", source, [], 1)]);
	const result = clusterFile.safeParse(withVersionsAsText(document?.toJS() ?? null, source), { reportInput: true });
	if (result.success) return result.data;
	const { issues } = result.error;
	throw configError(source.text, issues.filter((issue) => !isMistyped(issue, issues)).flatMap((issue) => problemsOf$1(issue, source)));
}
/** YAML reads `1.36` as a number, and takes `1.30` for 1.3: versions are what is written. */
function withVersionsAsText(file, source) {
	const spec = recordOf(recordOf(file)?.spec);
	if (spec === void 0) return file;
	const { version, via } = spec;
	const written = (value, path) => typeof value === "number" ? writtenAt(source, path) ?? value : value;
	return {
		...recordOf(file),
		spec: {
			...spec,
			...version !== void 0 && { version: written(version, ["spec", "version"]) },
			...Array.isArray(via) && { via: via.map((each, index) => written(each, [
				"spec",
				"via",
				index
			])) }
		}
	};
}
function recordOf(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
}
/** Whether a key is missing only because it was mistyped: then the unknown key beside it is the one thing to tell. */
function isMistyped(missing, issues) {
	const key = missing.path.at(-1);
	if (missing.input !== void 0 || key === void 0) return false;
	const parent = missing.path.slice(0, -1);
	return issues.some((issue) => issue.code === "unrecognized_keys" && nameOf$2(issue.path) === nameOf$2(parent) && issue.keys.some((unknown) => didYouMean(unknown, keysAt(parent)) === key));
}
function invalid$1(message, source, path, document = 0) {
	return {
		code: "CONFIG_INVALID",
		message,
		location: locateValue(source, path, document)
	};
}
function problemsOf$1(issue, source) {
	const { path } = issue;
	if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path, source));
	return [{
		code: isVersion(path) ? "VERSION_INVALID" : "CONFIG_INVALID",
		message: messageOf$3(issue),
		location: locateValue(source, path)
	}];
}
function unknownKey(key, parent, source) {
	const known = keysAt(parent);
	const guess = didYouMean(key, known);
	const elsewhere = guess === void 0 ? pathsOf(key).join(" or ") : "";
	const hint = guess !== void 0 ? `; did you mean "${guess}"?` : elsewhere !== "" ? `; did you mean ${elsewhere}?` : `; known there: ${known.join(", ")}`;
	return {
		code: "CONFIG_UNKNOWN_KEY",
		message: `Unknown key "${key}" in ${nameOf$2(parent)}${hint}`,
		location: locateKey(source, parent, key)
	};
}
function messageOf$3(issue) {
	const name = nameOf$2(issue.path);
	if (issue.path.length === 0 && issue.input === null) return "The file is empty";
	if (issue.input === void 0) return `${name} is missing`;
	switch (issue.code) {
		case "invalid_type": return isVersion(issue.path) ? `${name} must be a text such as v1.36.3, not ${kindOf(issue.input)}` : `${name} must be ${article(issue.expected)}, not ${kindOf(issue.input)}`;
		case "invalid_value": return `${name} must be ${issue.values.map(String).join(" or ")}`;
		default: return `${name} ${issue.message}`;
	}
}
function isVersion(path) {
	return path[0] === "spec" && (path[1] === "version" || path[1] === "via") && path.length > (path[1] === "via" ? 2 : 1);
}
function nameOf$2(path) {
	if (path.length === 0) return "the file";
	return path.map((part, index) => typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`).join("");
}
function kindOf(value) {
	if (value === null) return "empty";
	if (Array.isArray(value)) return "a list";
	return article(typeof value);
}
function article(type) {
	return {
		string: "a text",
		number: "a number",
		int: "a whole number",
		boolean: "true or false",
		object: "a map",
		record: "a map",
		array: "a list"
	}[type] ?? type;
}
/** Keys that the schema knows below a path. */
function keysAt(path) {
	return Object.keys(shapeAt(path) ?? {});
}
function shapeAt(path) {
	let shape = shapeOf(clusterFile);
	for (const segment of path) shape = shapeOf(shape?.[String(segment)]);
	return shape;
}
/** Where a key would be known, for example `spec.controlPlane.soak` for a `soak` at the wrong place. */
function pathsOf(key, shape = shapeOf(clusterFile), prefix = "") {
	return Object.entries(shape ?? {}).flatMap(([name, child]) => {
		const path = prefix + name;
		return [...name === key ? [path] : [], ...pathsOf(key, shapeOf(child) ?? {}, `${path}.`)];
	});
}
/** The keys of an object schema below its defaults; zod has no public walk. */
function shapeOf(schema) {
	const { def } = schema ?? {};
	return def?.shape ?? (def?.innerType === void 0 ? void 0 : shapeOf(def.innerType));
}
// src/config/version-from.ts
/**
* The version that another file carries: as its only line, or at a path of a YAML file of one or more documents,
* for example `kubernetesVersion` of a kubeadm ClusterConfiguration or `spec.version` of a Cluster API object.
* @param source the cluster file, whose spec.versionFrom this is
* @throws KubestairError CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_INVALID
*/
async function readVersionFrom(versionFrom, source, readText) {
	const file = besideFile(source.file, versionFrom.file);
	const text = await readOrExplain(file, readText, locateValue(source, [
		"spec",
		"versionFrom",
		"file"
	]));
	if (versionFrom.path === void 0) return onlyLine(file, text, source);
	return atPath(parseSource(file, text), versionFrom.path, source);
}
/** A path in the cluster file starts from the file's own directory; `~/` is left to what opens it. */
function besideFile(clusterFile, path) {
	if (posix.isAbsolute(path) || path.startsWith("~/")) return path;
	return posix.join(posix.dirname(clusterFile), path);
}
/** @throws KubestairError CONFIG_NOT_FOUND */
async function readOrExplain(file, readText, location) {
	try {
		return await readText(file);
	} catch (cause) {
		const { code, message } = cause;
		throw new KubestairError("CONFIG_NOT_FOUND", `${file} ${code === "ENOENT" ? "does not exist" : `cannot be read: ${code ?? message}`}`, {
			object: file,
			location: location ?? { file },
			next: "Check the path; the one of a cluster file starts from the working directory, those in it from that file.",
			cause
		});
	}
}
function onlyLine(file, text, source) {
	const lines = text.split(/\r?\n/).map((line, index) => ({
		text: line.trim(),
		location: {
			file,
			line: index + 1,
			column: line.search(/\S|$/) + 1
		}
	})).filter((line) => line.text !== "" && !line.text.startsWith("#"));
	const [line] = lines;
	if (line !== void 0 && lines.length === 1) return {
		...line,
		fileText: text
	};
	throw pointAt(source, "file", `${file} ${line === void 0 ? "is empty" : "holds more than a version"}: name the place with spec.versionFrom.path, for example spec.version`);
}
function atPath(carrier, path, source) {
	const segments = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
	const found = carrier.documents.flatMap((_, index) => {
		const text = writtenAt(carrier, segments, index);
		if (text === void 0) return [];
		return [{
			text,
			location: locateValue(carrier, segments, index),
			fileText: carrier.text
		}];
	});
	const [first] = found;
	if (first === void 0) throw pointAt(source, "path", `${carrier.file} has no version at ${path}`);
	if (found.every(({ text }) => text === first.text)) return first;
	const places = found.map(({ text, location }) => `${text} at ${formatLocation(location)}`).join(", ");
	throw pointAt(source, "path", `${carrier.file} has several versions at ${path}: ${places}`);
}
function pointAt(source, key, message) {
	const location = locateValue(source, [
		"spec",
		"versionFrom",
		key
	]);
	return configError(source.text, [{
		code: "CONFIG_INVALID",
		message,
		location
	}]);
}
// src/config/workers.ts
/** @returns keys of the file that mean nothing to its strategy, too */
function toWorkers(file) {
	const { perHop, parallel, strategy, maxUnavailable = 1, order = [], canary } = file;
	const common = {
		perHop,
		parallel
	};
	switch (strategy) {
		case "rolling": return {
			workers: {
				...common,
				strategy,
				maxUnavailable,
				order,
				...canary !== void 0 && { canary: {
					selector: canary.selector,
					soakSeconds: canary.soak
				} }
			},
			unused: []
		};
		case "all-at-once": return {
			workers: {
				...common,
				strategy
			},
			unused: [
				"maxUnavailable",
				"order",
				"canary"
			].filter((key) => file[key] !== void 0)
		};
	}
}
// src/config/load.ts
/**
* Reads a cluster file and what it refers to. Paths in it come back relative to where `file` itself is.
* @param checks those that an acceptance may name, and those that it may not
* @throws KubestairError CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_INVALID, VERSION_INVALID,
* CLUSTER_UNSUPPORTED, each with file:line:column
*/
async function loadClusterConfig(file, readText, checks) {
	const source = parseSource(file, await readOrExplain(file, readText));
	const written = validate(source);
	const target = await readTarget(source, written, readText);
	const via = written.spec.via.map((text, index) => readTargetVersion({
		text,
		location: locateValue(source, [
			"spec",
			"via",
			index
		]),
		fileText: source.text
	}));
	checkOrder(source, [...via, target.version]);
	const accept = readAcceptances(source, written.spec.accept, checks);
	const { wave } = written.metadata;
	return {
		config: toConfig(source, written, target.version, via, accept),
		versionAt: target.location,
		...wave !== void 0 && { wave }
	};
}
async function readTarget(source, { spec }, readText) {
	if (spec.version !== void 0 && spec.versionFrom !== void 0) throw configError(source.text, [invalid("spec.version and spec.versionFrom exclude each other", locateKey(source, ["spec"], "versionFrom"))]);
	if (spec.versionFrom !== void 0) {
		const written = await readVersionFrom(spec.versionFrom, source, readText);
		return {
			version: readTargetVersion(written),
			location: written.location
		};
	}
	if (spec.version === void 0) throw configError(source.text, [invalid("spec.version is missing", locateValue(source, ["spec"]))]);
	const location = locateValue(source, ["spec", "version"]);
	return {
		version: readTargetVersion({
			text: spec.version,
			location,
			fileText: source.text
		}),
		location
	};
}
function readTargetVersion({ text, location, fileText }) {
	try {
		return readWanted(text);
	} catch (thrown) {
		const { code, message, next } = asKubestairError(thrown);
		throw configError(fileText, [{
			code,
			message,
			location,
			...next !== void 0 && { next }
		}]);
	}
}
function checkOrder(source, versions) {
	const at = versions.findIndex((version, index) => {
		const next = versions[index + 1];
		return next !== void 0 && !isBefore(version, next);
	});
	if (at < 0) return;
	const message = `${versions[at]} is not older than ${versions[at + 1]}: spec.via goes from old to new, up to the target`;
	throw configError(source.text, [invalid(message, locateValue(source, [
		"spec",
		"via",
		at
	]))]);
}
function invalid(message, location) {
	return {
		code: "CONFIG_INVALID",
		message,
		location
	};
}
/** A key that its strategy does not heed would promise what does not happen. */
function readWorkers(source, file) {
	const { workers, unused } = toWorkers(file);
	const problems = unused.map((key) => invalid(`spec.workers.${key} means nothing to the strategy ${workers.strategy}`, locateKey(source, ["spec", "workers"], key)));
	if (problems.length > 0) throw configError(source.text, problems);
	return workers;
}
function toConfig(source, { metadata, spec }, version, via, accept) {
	return {
		name: metadata.name,
		version,
		via,
		provider: spec.provider,
		access: withPathsBeside(source.file, spec.access),
		backup: spec.backup,
		controlPlane: { soakSeconds: spec.controlPlane.soak },
		workers: readWorkers(source, spec.workers),
		drain: {
			timeoutSeconds: spec.drain.timeout,
			deleteEmptyDir: spec.drain.deleteEmptyDir,
			force: spec.drain.force
		},
		gates: { timeoutSeconds: spec.gates.timeout },
		packages: spec.packages.repository === void 0 ? {} : { repository: spec.packages.repository.replace(/\/*$/, "/") },
		manifests: spec.manifests.map((pattern) => besideFile(source.file, pattern)),
		kubeadm: spec.kubeadm,
		accept
	};
}
function withPathsBeside(file, access) {
	const { kubeconfig, ssh } = access;
	const { identityFile, knownHostsFile, configFile } = ssh;
	return {
		...access,
		...kubeconfig !== void 0 && { kubeconfig: besideFile(file, kubeconfig) },
		ssh: {
			...ssh,
			...identityFile !== void 0 && { identityFile: besideFile(file, identityFile) },
			...knownHostsFile !== void 0 && { knownHostsFile: besideFile(file, knownHostsFile) },
			...configFile !== void 0 && { configFile: besideFile(file, configFile) }
		}
	};
}
// src/plan/acceptance.ts
/** Told of the acceptances themselves. */
const ACCEPTANCES = {
	id: "acceptances",
	about: "Acceptances in the cluster file still count, and there is still something that they accept.",
	severity: "warning",
	evidence: "The list `spec.accept` of the cluster file, the findings of the plan, and the date.",
	remedy: "Settle what was accepted, write a later day with a new reason, or take the acceptance out."
};
/**
* Marks what is accepted, and tells of acceptances that have run out or fit nothing.
* @param today the day in UTC, as `2027-01-31`
* @param mandatory ids of the checks whose findings are never accepted
*/
function applyAcceptances(findings, acceptances, today, mandatory) {
	const valid = acceptances.filter(({ check, until }) => until >= today && !mandatory.has(check));
	return [...findings.map((finding) => {
		const acceptance = valid.find((each) => fits(each, finding));
		if (acceptance === void 0) return finding;
		const { reason, until } = acceptance;
		return {
			...finding,
			accepted: {
				reason,
				until
			}
		};
	}), ...acceptances.flatMap((each) => tell(each, findings, today))];
}
/** The day of a moment, in UTC. */
function dayOf(moment) {
	return moment.toISOString().slice(0, 10);
}
function fits({ check, object }, finding) {
	return finding.check === check && finding.object === object;
}
function tell(acceptance, findings, today) {
	const { check, object, until, at } = acceptance;
	const common = {
		check: ACCEPTANCES.id,
		object: `${check} of ${object}`,
		location: at
	};
	if (until < today) return [{
		...common,
		severity: "warning",
		message: `was accepted until ${until}, which is over: it no longer counts`,
		remedy: "Settle it, or accept it anew with a later day, and take the old acceptance out."
	}];
	if (findings.some((finding) => fits(acceptance, finding))) return [];
	return [{
		...common,
		severity: "info",
		message: "is accepted, but nothing of that name was found",
		remedy: "Take the acceptance out if it is settled; else compare it with the names of the findings."
	}];
}
// src/tables/data/flags.ts
/** Flags of every program, hidden ones included; etcd's by the minor of Kubernetes whose kubeadm brings it. */
const FLAGS = {
	"kube-apiserver": {
		"1.35 1.36 1.37": `
admission-control admission-control-config-file advertise-address aggregator-reject-forwarding-redirect
allow-metric-labels allow-metric-labels-manifest allow-privileged anonymous-auth api-audiences
apiserver-count audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait
audit-log-batch-throttle-burst audit-log-batch-throttle-enable audit-log-batch-throttle-qps
audit-log-compress audit-log-format audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-mode
audit-log-path audit-log-truncate-enabled audit-log-truncate-max-batch-size
audit-log-truncate-max-event-size audit-log-version audit-policy-file audit-webhook-batch-buffer-size
audit-webhook-batch-initial-backoff audit-webhook-batch-max-size audit-webhook-batch-max-wait
audit-webhook-batch-throttle-burst audit-webhook-batch-throttle-enable audit-webhook-batch-throttle-qps
audit-webhook-config-file audit-webhook-initial-backoff audit-webhook-mode audit-webhook-truncate-enabled
audit-webhook-truncate-max-batch-size audit-webhook-truncate-max-event-size audit-webhook-version
authentication-config authentication-token-webhook-cache-ttl authentication-token-webhook-config-file
authentication-token-webhook-version authorization-config authorization-mode authorization-policy-file
authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
authorization-webhook-config-file authorization-webhook-version bind-address cert-dir client-ca-file
contention-profiling coordinated-leadership-lease-duration coordinated-leadership-renew-deadline
coordinated-leadership-retry-period cors-allowed-origins debug-socket-path
default-not-ready-toleration-seconds default-unreachable-toleration-seconds default-watch-cache-size
delete-collection-workers disable-admission-plugins disable-http2-serving disabled-metrics
egress-selector-config-file emulated-version emulation-forward-compatible enable-admission-plugins
enable-aggregator-routing enable-bootstrap-token-auth enable-garbage-collector enable-logs-handler
enable-priority-and-fairness encryption-provider-config encryption-provider-config-automatic-reload
endpoint-reconciler-type etcd-cafile etcd-certfile etcd-compaction-interval etcd-count-metric-poll-period
etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-keyfile etcd-prefix etcd-readycheck-timeout
etcd-servers etcd-servers-overrides event-ttl external-hostname feature-gates goaway-chance help
http2-max-streams-per-connection kubelet-certificate-authority kubelet-client-certificate kubelet-client-key
kubelet-port kubelet-preferred-address-types kubelet-read-only-port kubelet-timeout
kubernetes-service-node-port lease-reuse-duration-seconds livez-grace-period log-flush-frequency
log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream
logging-format max-connection-bytes-per-sec max-mutating-requests-inflight max-requests-inflight
min-compatibility-version min-request-timeout oidc-ca-file oidc-client-id oidc-groups-claim
oidc-groups-prefix oidc-issuer-url oidc-required-claim oidc-signing-algs oidc-username-claim
oidc-username-prefix peer-advertise-ip peer-advertise-port peer-ca-file permit-address-sharing
permit-port-sharing profiling proxy-client-cert-file proxy-client-key-file request-timeout
requestheader-allowed-names requestheader-client-ca-file requestheader-extra-headers-prefix
requestheader-group-headers requestheader-uid-headers requestheader-username-headers runtime-config
runtime-config-emulation-forward-compatible secure-port service-account-extend-token-expiration
service-account-issuer service-account-jwks-uri service-account-key-file service-account-lookup
service-account-max-token-expiration service-account-signing-endpoint service-account-signing-key-file
service-cluster-ip-range service-node-port-range show-hidden-metrics-for-version shutdown-delay-duration
shutdown-send-retry-after shutdown-watch-termination-grace-period storage-backend
storage-initialization-timeout storage-media-type strict-transport-security-directives tls-cert-file
tls-cipher-suites tls-min-version tls-private-key-file tls-sni-cert-key token-auth-file tracing-config-file
v version vmodule watch-cache watch-cache-sizes`,
		"1.36 1.37": `
tls-curve-preferences`
	},
	"kube-controller-manager": {
		"1.35 1.36 1.37": `
allocate-node-cidrs allow-metric-labels allow-metric-labels-manifest allow-untagged-cloud
attach-detach-reconcile-sync-period authentication-kubeconfig authentication-skip-lookup
authentication-token-webhook-cache-ttl authentication-tolerate-lookup-failure
authorization-always-allow-paths authorization-kubeconfig authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl bind-address cert-dir cidr-allocator-type client-ca-file
cloud-config cloud-provider cluster-cidr cluster-name cluster-signing-cert-file cluster-signing-duration
cluster-signing-key-file cluster-signing-kube-apiserver-client-cert-file
cluster-signing-kube-apiserver-client-key-file cluster-signing-kubelet-client-cert-file
cluster-signing-kubelet-client-key-file cluster-signing-kubelet-serving-cert-file
cluster-signing-kubelet-serving-key-file cluster-signing-legacy-unknown-cert-file
cluster-signing-legacy-unknown-key-file concurrent-cron-job-syncs concurrent-daemonset-syncs
concurrent-deployment-syncs concurrent-device-taint-eviction-syncs concurrent-endpoint-syncs
concurrent-ephemeralvolume-syncs concurrent-gc-syncs concurrent-horizontal-pod-autoscaler-syncs
concurrent-job-syncs concurrent-namespace-syncs concurrent-rc-syncs concurrent-replicaset-syncs
concurrent-resource-quota-syncs concurrent-service-endpoint-syncs concurrent-serviceaccount-token-syncs
concurrent-statefulset-syncs concurrent-ttl-after-finished-syncs
concurrent-validating-admission-policy-status-syncs configure-cloud-routes contention-profiling
controller-shutdown-timeout controller-start-interval controllers disable-attach-detach-reconcile-sync
disable-force-detach-on-timeout disable-http2-serving disabled-metrics emulated-version
enable-dynamic-provisioning enable-garbage-collector enable-hostpath-provisioner enable-leader-migration
endpoint-updates-batch-period endpointslice-updates-batch-period external-cloud-volume-plugin feature-gates
flex-volume-plugin-dir help horizontal-pod-autoscaler-cpu-initialization-period
horizontal-pod-autoscaler-downscale-stabilization horizontal-pod-autoscaler-initial-readiness-delay
horizontal-pod-autoscaler-sync-period horizontal-pod-autoscaler-tolerance http2-max-streams-per-connection
kube-api-burst kube-api-content-type kube-api-qps kubeconfig large-cluster-size-threshold leader-elect
leader-elect-lease-duration leader-elect-renew-deadline leader-elect-resource-lock
leader-elect-resource-name leader-elect-resource-namespace leader-elect-retry-period leader-migration-config
legacy-service-account-token-clean-up-period log-flush-frequency log-json-info-buffer-size
log-json-split-stream log-text-info-buffer-size log-text-split-stream logging-format master
max-endpoints-per-slice min-compatibility-version min-resync-period
mirroring-concurrent-service-endpoint-syncs mirroring-endpointslice-updates-batch-period
mirroring-max-endpoints-per-subset namespace-sync-period node-cidr-mask-size node-cidr-mask-size-ipv4
node-cidr-mask-size-ipv6 node-eviction-rate node-monitor-grace-period node-monitor-period
node-startup-grace-period node-sync-period permit-address-sharing permit-port-sharing profiling
pv-recycler-increment-timeout-nfs pv-recycler-minimum-timeout-hostpath pv-recycler-minimum-timeout-nfs
pv-recycler-pod-template-filepath-hostpath pv-recycler-pod-template-filepath-nfs
pv-recycler-timeout-increment-hostpath pvclaimbinder-sync-period requestheader-allowed-names
requestheader-client-ca-file requestheader-extra-headers-prefix requestheader-group-headers
requestheader-uid-headers requestheader-username-headers resource-quota-sync-period root-ca-file
route-reconciliation-period secondary-node-eviction-rate secure-port service-account-private-key-file
service-cluster-ip-range show-hidden-metrics-for-version terminated-pod-gc-threshold tls-cert-file
tls-cipher-suites tls-min-version tls-private-key-file tls-sni-cert-key unhealthy-zone-threshold
use-service-account-credentials v version vmodule`,
		"1.36 1.37": `
concurrent-resourceclaim-syncs tls-curve-preferences`,
		"1.35 1.36": `
concurrent-service-syncs`,
		"1.37": `
concurrent-disruption-syncs`
	},
	"kube-scheduler": {
		"1.35 1.36 1.37": `
allow-metric-labels allow-metric-labels-manifest authentication-kubeconfig authentication-skip-lookup
authentication-token-webhook-cache-ttl authentication-tolerate-lookup-failure
authorization-always-allow-paths authorization-kubeconfig authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl bind-address cert-dir client-ca-file config
contention-profiling disable-http2-serving disabled-metrics emulated-version feature-gates help
http2-max-streams-per-connection kube-api-burst kube-api-content-type kube-api-qps kubeconfig leader-elect
leader-elect-lease-duration leader-elect-renew-deadline leader-elect-resource-lock
leader-elect-resource-name leader-elect-resource-namespace leader-elect-retry-period log-flush-frequency
log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream
logging-format master min-compatibility-version permit-address-sharing permit-port-sharing
pod-max-in-unschedulable-pods-duration profiling requestheader-allowed-names requestheader-client-ca-file
requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers
requestheader-username-headers secure-port show-hidden-metrics-for-version tls-cert-file tls-cipher-suites
tls-min-version tls-private-key-file tls-sni-cert-key v version vmodule write-config-to`,
		"1.36 1.37": `
tls-curve-preferences`
	},
	kubelet: {
		"1.35 1.36 1.37": `
address allowed-unsafe-sysctls anonymous-auth authentication-token-webhook
authentication-token-webhook-cache-ttl authorization-mode authorization-webhook-cache-authorized-ttl
authorization-webhook-cache-unauthorized-ttl bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root
cgroups-per-qos client-ca-file cloud-provider cluster-dns cluster-domain config config-dir
container-log-max-files container-log-max-size container-runtime-endpoint contention-profiling cpu-cfs-quota
cpu-cfs-quota-period cpu-manager-policy cpu-manager-policy-options cpu-manager-reconcile-period
enable-controller-attach-detach enable-debugging-handlers enable-server enforce-node-allocatable event-burst
event-qps eviction-hard eviction-max-pod-grace-period eviction-minimum-reclaim
eviction-pressure-transition-period eviction-soft eviction-soft-grace-period exit-on-lock-contention
experimental-allocatable-ignore-eviction experimental-mounter-path fail-cgroupv1 fail-swap-on feature-gates
file-check-frequency hairpin-mode healthz-bind-address healthz-port help hostname-override
housekeeping-interval http-check-frequency image-credential-provider-bin-dir
image-credential-provider-config image-gc-high-threshold image-gc-low-threshold image-service-endpoint
kernel-memcg-notification kube-api-burst kube-api-content-type kube-api-qps kube-reserved
kube-reserved-cgroup kubeconfig kubelet-cgroups local-storage-capacity-isolation lock-file
log-flush-frequency log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size
log-text-split-stream logging-format make-iptables-util-chains manifest-url manifest-url-header
max-open-files max-pods maximum-dead-containers maximum-dead-containers-per-container memory-manager-policy
minimum-container-ttl-duration minimum-image-ttl-duration node-ip node-labels node-status-max-images
node-status-update-frequency oom-score-adj pod-cidr pod-manifest-path pod-max-pids pods-per-core port
protect-kernel-defaults provider-id qos-reserved read-only-port register-node register-with-taints
registry-burst registry-qps reserved-cpus reserved-memory resolv-conf root-dir rotate-certificates
rotate-server-certificates runonce runtime-cgroups runtime-request-timeout seccomp-default
serialize-image-pulls streaming-connection-idle-timeout sync-frequency system-cgroups system-reserved
system-reserved-cgroup tls-cert-file tls-cipher-suites tls-min-version tls-private-key-file
topology-manager-policy topology-manager-policy-options topology-manager-scope v version vmodule
volume-plugin-dir volume-stats-agg-period`,
		"1.35 1.36": `
application-metrics-count-limit boot-id-file container-hints containerd containerd-namespace
enable-load-reader event-storage-age-limit event-storage-event-limit global-housekeeping-interval
log-cadvisor-usage machine-id-file storage-driver-buffer-duration storage-driver-db storage-driver-host
storage-driver-password storage-driver-secure storage-driver-table storage-driver-user`
	},
	"kube-proxy": { "1.35 1.36 1.37": `
bind-address bind-address-hard-fail cleanup cluster-cidr config config-sync-period conntrack-max-per-core
conntrack-min conntrack-tcp-be-liberal conntrack-tcp-timeout-close-wait conntrack-tcp-timeout-established
conntrack-udp-timeout conntrack-udp-timeout-stream detect-local-mode feature-gates healthz-bind-address
healthz-port help hostname-override init-only iptables-localhost-nodeports iptables-masquerade-bit
iptables-min-sync-period iptables-sync-period ipvs-exclude-cidrs ipvs-min-sync-period ipvs-scheduler
ipvs-strict-arp ipvs-sync-period ipvs-tcp-timeout ipvs-tcpfin-timeout ipvs-udp-timeout kube-api-burst
kube-api-content-type kube-api-qps kubeconfig log-flush-frequency log-json-info-buffer-size
log-json-split-stream log-text-info-buffer-size log-text-split-stream logging-format masquerade-all master
metrics-bind-address metrics-port nodeport-addresses oom-score-adj pod-bridge-interface
pod-interface-name-prefix profiling proxy-mode show-hidden-metrics-for-version v version vmodule
write-config-to` },
	etcd: {
		"1.35 1.36 1.37": `
advertise-client-urls auth-token auth-token-ttl auto-compaction-mode auto-compaction-retention auto-tls
backend-batch-interval backend-batch-limit backend-bbolt-freelist-type bcrypt-cost
bootstrap-defrag-threshold-megabytes cert-file cipher-suites client-cert-allowed-hostname client-cert-auth
client-cert-file client-crl-file client-key-file compact-hash-check-time compaction-batch-limit
compaction-sleep-interval config-file corrupt-check-time cors data-dir discovery discovery-cacert
discovery-cert discovery-dial-timeout discovery-endpoints discovery-fallback
discovery-insecure-skip-tls-verify discovery-insecure-transport discovery-keepalive-time
discovery-keepalive-timeout discovery-key discovery-password discovery-proxy discovery-request-timeout
discovery-srv discovery-srv-name discovery-token discovery-user distributed-tracing-address
distributed-tracing-instance-id distributed-tracing-sampling-rate distributed-tracing-service-name
downgrade-check-time election-timeout enable-distributed-tracing enable-grpc-gateway enable-log-rotation
enable-pprof feature-gates force-new-cluster grpc-keepalive-interval grpc-keepalive-min-time
grpc-keepalive-timeout heartbeat-interval host-whitelist initial-advertise-peer-urls initial-cluster
initial-cluster-state initial-cluster-token initial-election-tick-advance key-file listen-client-http-urls
listen-client-urls listen-metrics-urls listen-peer-urls log-format log-level log-outputs
log-rotation-config-json logger max-concurrent-streams max-learners max-request-bytes max-snapshots
max-txn-ops max-wals memory-mlock metrics name peer-auto-tls peer-cert-allowed-cn peer-cert-allowed-hostname
peer-cert-file peer-client-cert-auth peer-client-cert-file peer-client-key-file peer-crl-file peer-key-file
peer-skip-client-san-verification peer-trusted-ca-file pre-vote quota-backend-bytes raft-read-timeout
raft-write-timeout self-signed-cert-validity snapshot-catchup-entries snapshot-count socket-reuse-address
socket-reuse-port strict-reconfig-check tls-max-version tls-min-version trusted-ca-file unsafe-no-fsync
v2-deprecation version wal-dir warning-apply-duration warning-unary-request-duration
watch-progress-notify-interval`,
		"1.35 1.36": `
experimental-bootstrap-defrag-threshold-megabytes experimental-compact-hash-check-enabled
experimental-compact-hash-check-time experimental-compaction-batch-limit
experimental-compaction-sleep-interval experimental-corrupt-check-time
experimental-distributed-tracing-address experimental-distributed-tracing-instance-id
experimental-distributed-tracing-sampling-rate experimental-distributed-tracing-service-name
experimental-downgrade-check-time experimental-enable-distributed-tracing
experimental-enable-lease-checkpoint experimental-enable-lease-checkpoint-persist
experimental-initial-corrupt-check experimental-memory-mlock experimental-peer-skip-client-san-verification
experimental-snapshot-catchup-entries experimental-stop-grpc-service-on-defrag
experimental-txn-mode-write-with-shared-buffer experimental-warning-apply-duration
experimental-warning-unary-request-duration experimental-watch-progress-notify-interval`
	}
};
/** Admission plug-ins of kube-apiserver. */
const ADMISSION_PLUGINS = {
	"1.35 1.36 1.37": `
AlwaysAdmit AlwaysDeny AlwaysPullImages CertificateApproval CertificateSigning CertificateSubjectRestriction
ClusterTrustBundleAttest DefaultIngressClass DefaultStorageClass DefaultTolerationSeconds
DenyServiceExternalIPs EventRateLimit ExtendedResourceToleration ImagePolicyWebhook
LimitPodHardAntiAffinityTopology LimitRanger MutatingAdmissionPolicy MutatingAdmissionWebhook
NamespaceAutoProvision NamespaceExists NamespaceLifecycle NodeDeclaredFeatureValidator NodeRestriction
OwnerReferencesPermissionEnforcement PersistentVolumeClaimResize PodNodeSelector PodSecurity
PodTolerationRestriction PodTopologyLabels Priority ResourceQuota RuntimeClass ServiceAccount
StorageObjectInUseProtection TaintNodesByCondition ValidatingAdmissionPolicy ValidatingAdmissionWebhook`,
	"1.36 1.37": `
PodGroupProtection PodResizeValidator`,
	"1.36": `
JobValidation PodGroupWorkloadExists`
};
// src/tables/data/settings.ts
/** Feature gates that may be on or off. */
const FREE_GATES = {
	"1.35 1.36 1.37": `
APIResponseCompression APIServerIdentity APIServingWithRoutine AllowDNSOnlyNodeCSR
AllowInsecureKubeletCertificateSigningRequests AllowParsingUserUIDFromCertAuth
AllowUnsafeMalformedObjectDeletion AuthorizePodWebsocketUpgradeCreatePermission CBORServingAndStorage
CPUManagerPolicyAlphaOptions CPUManagerPolicyBetaOptions CRDObservedGenerationTracking CSIVolumeHealth
ChangeContainerStatusOnKubeletRestart ClearingNominatedNodeNameAfterBinding
CloudControllerManagerWatchBasedRoutesReconciliation CloudControllerManagerWebhook ClusterTrustBundle
ClusterTrustBundleProjection ComponentFlagz ComponentStatusz ConcurrentWatchObjectDecode
ConstrainedImpersonation ContainerCheckpoint ContainerRestartRules ContainerStopSignals ContextualLogging
CoordinatedLeaderElection CrossNamespaceVolumeDataSource DRAConsumableCapacity DRADeviceBindingConditions
DRADeviceTaintRules DRADeviceTaints DRAPartitionableDevices DRASchedulerFilterTimeout
DeploymentReplicaSetTerminatingReplicas DetectCacheInconsistency EnvFiles EventedPLEG GenericWorkload
GracefulNodeShutdown GracefulNodeShutdownBasedOnPodPriority HPAScaleToZero
InPlacePodLevelResourcesVerticalScaling InPlacePodVerticalScalingExclusiveCPUs
InPlacePodVerticalScalingExclusiveMemory KMSv1 KubeletCrashLoopBackOffMax KubeletEnsureSecretPulledImages
KubeletInUserNamespace KubeletPodResourcesListUseActivePods KubeletRegistrationGetOnExistsOnly
KubeletSeparateDiskGC KubeletServiceAccountTokenForCredentialProviders ListFromCacheSnapshot
LocalStorageCapacityIsolationFSQuotaMonitoring LoggingAlphaOptions LoggingBetaOptions
MatchLabelKeysInPodTopologySpread MatchLabelKeysInPodTopologySpreadSelectorMerge MaxUnavailableStatefulSet
MemoryQoS MutablePVNodeAffinity MutablePodResourcesForSuspendedJobs
MutableSchedulingDirectivesForSuspendedJobs MutatingAdmissionPolicy NominatedNodeNameForExpectation
OpenAPIEnums OpportunisticBatching PodAndContainerStatsFromCRI PodCertificateRequest PodDeletionCost
PodLevelResources PodLogsQuerySplitStreams PodTopologyLabelsAdmission PortForwardWebsockets QOSReserved
ReduceDefaultCrashLoopBackOffDecay ReloadKubeletServerCertificateFile RemoteRequestHeaderUID
ResourceHealthStatus RestartAllContainersOnContainerExits RotateKubeletServerCertificate SELinuxMount
SchedulerAsyncAPICalls SchedulerAsyncPreemption SchedulerPopFromBackoffQ
ServiceAccountNodeAudienceRestriction SizeBasedListCostEstimate StatefulSetSemanticRevisionComparison
StorageCapacityScoring StorageNamespaceIndex StorageVersionAPI StorageVersionHash StorageVersionMigrator
StrictIPCIDRValidation StructuredAuthenticationConfigurationEgressSelector
StructuredAuthenticationConfigurationJWKSMetrics TaintTolerationComparisonOperators
TokenRequestServiceAccountUIDValidation TopologyManagerPolicyAlphaOptions TopologyManagerPolicyBetaOptions
TranslateStreamCloseWebsocketRequests UnauthenticatedHTTP2DOSMitigation UnknownVersionInteroperabilityProxy
UserNamespacesHostNetworkSupport VolumeLimitScaling WatchList WindowsCPUAndMemoryAffinity
WindowsGracefulNodeShutdown WindowsHostNetwork`,
	"1.36 1.37": `
AllowServiceExternalIPs CRIListStreaming ControllerManagerReleaseLeaderElectionLockOnExit
CustomCPUCFSQuotaPeriod DRAListTypeAttributes DRANodeAllocatableResources
DRAResourceClaimGranularStatusAuthorization DRAResourcePoolStatus DRAWorkloadResourceClaims
DeclarativeValidationBeta ExtendWebSocketsToKubelet ImageVolumeWithDigest
ManifestBasedAdmissionControlConfig NativeHistograms PersistentVolumeClaimUnusedSinceTime
PodLevelResourceManagers PodsAPI ReloadKubeletClientCAFile ResourceHealthStatusMessage
RuntimeClassInImageCriApi ServiceCIDRStatusFieldWiping ShardedListAndWatch
StaleControllerConsistencyDaemonSet StaleControllerConsistencyJob StaleControllerConsistencyReplicaSet
StaleControllerConsistencyStatefulSet TopologyAwareWorkloadScheduling WorkloadWithJob`,
	"1.35 1.36": `
DRAExtendedResource DRAPrioritizedList DRAResourceClaimDeviceStatus DeclarativeValidationTakeover
DisableCPUQuotaWithExclusiveCPUs GangScheduling HPAConfigurableTolerance HostnameOverride
NodeDeclaredFeatures PodReadyToStartContainersCondition PreventStaticPodAPIReferences
RelaxedServiceNameValidation WatchCacheInitializationPostStartHook`,
	"1.37": `
APIServerWebhookAuthenticationToken AtomicWriteVolumeUserFields CompositePodGroup
ConsistentListFromCacheSkipTimeoutFallback DRADerivedAttributes DRADeviceCompatibilityGroups
DRAFractionalCapacityRange DRAOptionalNodeOperations DRAPartitionableDevicesType DefaultPodSysctls
EmptyDirVolumeMode EtcdRangeStream EvictionRequestAPI ExcludeAdmissionWebhookVirtualResources
GRPCContainerProbeTLS H2CContainerProbe HPAGeneration HPAOptimizedSelectorStore HugepageAwareEviction
InPlacePodVerticalScalingMemoryBackedVolumes InPlacePodVerticalScalingSchedulerPreemption
InterPodAffinityHostnameFastPath KubeProxyIPVS KubeProxyNFTablesLocalhostNodePorts
KubeletAllocatedPodsEndpoint NFTablesNetlink NodeControllerLeaseCircuitBreaker NodeLifecycleConditions
PodGroupPreemptionPolicy PodLevelResourcesFixDefaulting PodLevelResourcesFixKubeletQOSClass
SchedulerPreQueueingHints StaleControllerConsistencyHPA StatefulSetRecreateStrategy VolumeBindMountOptions
WatchListCompression WebhookRoundTripLoadBalancing`,
	"1.36": `
InPlacePodVerticalScalingInitContainers PLEGOnDemandRelist WorkloadAwarePreemption`,
	"1.35": `
CPUCFSQuotaPeriod CSIServiceAccountTokenSecrets DRAAdminAccess DeclarativeValidation
DisableNodeKubeProxyVersion ExternalServiceAccountTokenSigner GitRepoVolumeDriver ImageVolume
InPlacePodVerticalScalingAllocatedStatus InTreePluginPortworxUnregister KubeletFineGrainedAuthz KubeletPSI
KubeletPodResourcesDynamicResources KubeletPodResourcesGet MutableCSINodeAllocatableCount NodeLogQuery
ProcMountType RuntimeClassInImageCriAPI SELinuxChangePolicy SELinuxMountReadWriteOncePod
SeparateCacheWatchRPC TopologyManagerPolicyOptions UserNamespacesSupport VolumeAttributesClass`
};
/** Feature gates that are on, and that no component starts without. */
const GATES_LOCKED_ON = {
	"1.35 1.36 1.37": `
AggregatedDiscoveryRemoveBetaType CPUManagerPolicyOptions CRDValidationRatcheting
CustomResourceFieldSelectors DisableAllocatorDualWrite DynamicResourceAllocation ExecProbeTimeout
ImageMaximumGCAge InPlacePodVerticalScaling JobManagedBy KubeletCgroupDriverFromCRI KubeletTracing
MatchLabelKeysInPodAffinity MultiCIDRServiceAllocator NFTablesProxyMode
NodeInclusionPolicyInPodTopologySpread NodeSwap PodObservedGenerationTracking PodSchedulingReadiness
PreferSameTrafficDistribution RecoverVolumeExpansionFailure RecursiveReadOnlyMounts
RelaxedEnvironmentVariableValidation SeparateTaintEvictionController ServiceAccountTokenJTI
ServiceAccountTokenNodeBinding ServiceAccountTokenNodeBindingValidation ServiceAccountTokenPodNodeInfo
SupplementalGroupsPolicy SystemdWatchdog WinDSR WinOverlay`,
	"1.36 1.37": `
CSIServiceAccountTokenSecrets DRAAdminAccess DeclarativeValidation DisableNodeKubeProxyVersion
ExternalServiceAccountTokenSigner ImageVolume KubeletFineGrainedAuthz KubeletPSI
KubeletPodResourcesDynamicResources KubeletPodResourcesGet MutableCSINodeAllocatableCount NodeLogQuery
ProcMountType SELinuxChangePolicy SELinuxMountReadWriteOncePod TopologyManagerPolicyOptions
UserNamespacesSupport VolumeAttributesClass`,
	"1.35 1.36": `
APIServerTracing AnonymousAuthConfigurableEndpoints AnyVolumeDataSource AuthorizeNodeWithSelectors
AuthorizeWithSelectors BtreeWatchCache ConsistentListFromCache JobBackoffLimitPerIndex
JobPodReplacementPolicy JobSuccessPolicy LogarithmicScaleDown OrderedNamespaceDeletion
PodLifecycleSleepAction PodLifecycleSleepActionAllowZero RelaxedDNSSearchValidation
ResilientWatchCacheInitialization RetryGenerateName SchedulerQueueingHints SidecarContainers
StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf
StructuredAuthenticationConfiguration`,
	"1.37": `
DRAExtendedResource DRAPrioritizedList DRAResourceClaimDeviceStatus DisableCPUQuotaWithExclusiveCPUs
HPAConfigurableTolerance HostnameOverride InPlacePodVerticalScalingInitContainers NodeDeclaredFeatures
PLEGOnDemandRelist PodReadyToStartContainersCondition RelaxedServiceNameValidation
WatchCacheInitializationPostStartHook`,
	"1.35": `
CSIMigrationPortworx HonorPVReclaimPolicy MemoryManager ServiceTrafficDistribution
StructuredAuthorizationConfiguration TopologyAwareHints`
};
/** Feature gates that are off, and that no component starts with. */
const GATES_LOCKED_OFF = {
	"1.35 1.36 1.37": `
AllowOverwriteTerminationGracePeriodSeconds`,
	"1.36 1.37": `
GitRepoVolumeDriver SeparateCacheWatchRPC`,
	"1.37": `
DeclarativeValidationTakeover`,
	"1.35": `
WatchFromStorageWithoutResourceVersion`
};
/** API versions that --runtime-config of kube-apiserver may name. */
const RUNTIME_VERSIONS = {
	"1.35 1.36 1.37": `
admission.k8s.io/v1 admission.k8s.io/v1beta1 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1 apiextensions.k8s.io/v1
apiextensions.k8s.io/v1beta1 apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1 apps/v1 apps/v1beta1
apps/v1beta2 authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1
authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 batch/v1 batch/v1beta1
certificates.k8s.io/v1 certificates.k8s.io/v1alpha1 certificates.k8s.io/v1beta1 coordination.k8s.io/v1
coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1
events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2
flowcontrol.apiserver.k8s.io/v1beta3 imagepolicy.k8s.io/v1alpha1 internal.apiserver.k8s.io/v1alpha1
networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1
policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1alpha1
rbac.authorization.k8s.io/v1beta1 resource.k8s.io/v1 resource.k8s.io/v1alpha3 resource.k8s.io/v1beta1
resource.k8s.io/v1beta2 scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1 storage.k8s.io/v1
storage.k8s.io/v1alpha1 storage.k8s.io/v1beta1 storagemigration.k8s.io/v1beta1 v1`,
	"1.37": `
lifecycle.k8s.io/v1alpha1 scheduling.k8s.io/v1alpha3 storagemigration.k8s.io/v1`,
	"1.36": `
scheduling.k8s.io/v1alpha2`,
	"1.35": `
autoscaling/v2beta1 autoscaling/v2beta2 scheduling.k8s.io/v1alpha1`
};
/** Top-level fields of KubeletConfiguration, kubelet.config.k8s.io/v1beta1. */
const KUBELET_FIELDS = {
	"1.35 1.36 1.37": `
address allowedUnsafeSysctls apiVersion authentication authorization cgroupDriver cgroupRoot cgroupsPerQOS
clusterDNS clusterDomain configMapAndSecretChangeDetectionStrategy containerLogMaxFiles containerLogMaxSize
containerLogMaxWorkers containerLogMonitorInterval containerRuntimeEndpoint contentType cpuCFSQuota
cpuCFSQuotaPeriod cpuManagerPolicy cpuManagerPolicyOptions cpuManagerReconcilePeriod crashLoopBackOff
enableContentionProfiling enableControllerAttachDetach enableDebugFlagsHandler enableDebuggingHandlers
enableProfilingHandler enableServer enableSystemLogHandler enableSystemLogQuery enforceNodeAllocatable
eventBurst eventRecordQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim
evictionPressureTransitionPeriod evictionSoft evictionSoftGracePeriod failCgroupV1 failSwapOn featureGates
fileCheckFrequency hairpinMode healthzBindAddress healthzPort httpCheckFrequency imageGCHighThresholdPercent
imageGCLowThresholdPercent imageMaximumGCAge imageMinimumGCAge imagePullCredentialsVerificationPolicy
imageServiceEndpoint iptablesDropBit iptablesMasqueradeBit kernelMemcgNotification kind kubeAPIBurst
kubeAPIQPS kubeReserved kubeReservedCgroup kubeletCgroups localStorageCapacityIsolation logging
makeIPTablesUtilChains maxOpenFiles maxParallelImagePulls maxPods memoryManagerPolicy memorySwap
memoryThrottlingFactor mergeDefaultEvictionSettings nodeLeaseDurationSeconds nodeStatusMaxImages
nodeStatusReportFrequency nodeStatusUpdateFrequency oomScoreAdj podCIDR podLogsDir podPidsLimit podsPerCore
port preloadedImagesVerificationAllowlist protectKernelDefaults providerID qosReserved readOnlyPort
registerNode registerWithTaints registryBurst registryPullQPS reservedMemory reservedSystemCPUs resolvConf
rotateCertificates runOnce runtimeRequestTimeout seccompDefault serializeImagePulls serverTLSBootstrap
showHiddenMetricsForVersion shutdownGracePeriod shutdownGracePeriodByPodPriority
shutdownGracePeriodCriticalPods singleProcessOOMKill staticPodPath staticPodURL staticPodURLHeader
streamingConnectionIdleTimeout syncFrequency systemCgroups systemReserved systemReservedCgroup tlsCertFile
tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy topologyManagerPolicyOptions
topologyManagerScope tracing userNamespaces volumePluginDir volumeStatsAggPeriod`,
	"1.36 1.37": `
memoryReservationPolicy tlsCurvePreferences`,
	"1.37": `
defaultPodSysctls`
};
/** Top-level fields of KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1. */
const KUBE_PROXY_FIELDS = { "1.35 1.36 1.37": `
apiVersion bindAddress bindAddressHardFail clientConnection clusterCIDR configSyncPeriod conntrack
detectLocal detectLocalMode enableProfiling featureGates healthzBindAddress hostnameOverride iptables ipvs
kind logging metricsBindAddress mode nftables nodePortAddresses oomScoreAdj portRange
showHiddenMetricsForVersion windowsRunAsService winkernel` };
/** Flags that kubeadm itself gives to the static pods of a control plane. */
const KUBEADM_FLAGS = { "1.35 1.36 1.37": `
advertise-address advertise-client-urls allocate-node-cidrs allow-privileged authentication-kubeconfig
authorization-kubeconfig authorization-mode bind-address cert-file client-ca-file client-cert-auth
cluster-cidr cluster-name cluster-signing-cert-file cluster-signing-key-file controllers data-dir
enable-admission-plugins enable-bootstrap-token-auth etcd-cafile etcd-certfile etcd-keyfile etcd-servers
experimental-initial-corrupt-check experimental-watch-progress-notify-interval feature-gates
initial-advertise-peer-urls initial-cluster initial-cluster-state key-file kubeconfig
kubelet-client-certificate kubelet-client-key kubelet-preferred-address-types leader-elect
listen-client-urls listen-metrics-urls listen-peer-urls name peer-cert-file peer-client-cert-auth
peer-key-file peer-trusted-ca-file proxy-client-cert-file proxy-client-key-file requestheader-allowed-names
requestheader-client-ca-file requestheader-extra-headers-prefix requestheader-group-headers
requestheader-username-headers root-ca-file secure-port service-account-issuer service-account-key-file
service-account-private-key-file service-account-signing-key-file service-cluster-ip-range snapshot-count
tls-cert-file tls-private-key-file trusted-ca-file use-service-account-credentials
watch-progress-notify-interval` };
/** The etcd that kubeadm of a minor brings. */
const ETCD_OF_MINOR = {
	"1.35": "3.6.6",
	"1.36": "3.6.8",
	"1.37": "3.7.0"
};
// src/tables/names.ts
const read = /* @__PURE__ */ new Map();
/** The names that a minor has; empty for a minor that the table was not made for. */
function namesAt(table, minor) {
	let sets = read.get(table);
	if (sets === void 0) {
		sets = setsOf(table);
		read.set(table, sets);
	}
	return sets.get(minor) ?? /* @__PURE__ */ new Set();
}
function setsOf(table) {
	const sets = /* @__PURE__ */ new Map();
	for (const [minors, names] of Object.entries(table)) for (const minor of minors.split(" ")) {
		const own = sets.get(minor) ?? /* @__PURE__ */ new Set();
		for (const name of names.split(/\s+/)) if (name !== "") own.add(name);
		sets.set(minor, own);
	}
	return sets;
}
// src/tables/reviewed.ts
/**
* What the tables were made from and when. What a later minor removes nobody can know before it is out, so that beyond the last one
* the answer is unknown; what flags an earlier one has is not tabled.
*/
const REVIEWED = {
	on: "2026-11-21",
	releases: [
		"1.35.4",
		"1.36.3",
		"1.37.1"
	],
	minors: [
		"1.35",
		"1.36",
		"1.37"
	],
	newest: "1.37"
};
/** Whether it is known what APIs a version has removed. */
function apisReviewed(version) {
	return !isAtLeastMinor(version, REVIEWED.newest) || minorOf(version) === REVIEWED.newest;
}
/** Whether it is known which flags, gates and plug-ins a version has. */
function settingsReviewed(version) {
	return REVIEWED.minors.some((minor) => minor === minorOf(version));
}
// src/plan/settings.ts
/** Gates that stand for all of a stage. */
const STAGES = ["AllAlpha", "AllBeta"];
/**
* Settings of one kind that some target does not take, each at the first one. Those of hosts go by what their own kubelet is brought
* to; those of the cluster by every hop. Targets that the tables were not made for are left out: reviewed-versions tells of them.
*/
function refusals(kind, { observation: { evidence }, hops, steps }) {
	if (!evidence.known) return [];
	const { clusterSettings, hostSettings } = evidence.value;
	const etcdTag = clusterSettings.found.find((setting) => setting.kind === "etcd-tag")?.name;
	const isOfKind = (setting) => setting.kind === kind;
	const judge = (found, targets, object) => found.filter(isOfKind).flatMap((setting) => {
		const to = targets.filter(settingsReviewed).find((target) => isRefused(setting, target, etcdTag));
		if (to === void 0) return [];
		return [{
			setting,
			object: object(setting),
			to,
			program: programOf$1(setting, to, etcdTag)
		}];
	});
	const hopTargets = hops.map(({ to }) => to);
	return [...judge(clusterSettings.found, hopTargets, ({ place }) => place.replace(/,.*$/, "")), ...hostSettings.flatMap(({ node, found }) => {
		const targets = steps.filter((step) => step.kind === "kubelet" && step.node === node);
		const own = found.known ? found.value.found.filter(isKubelets) : [];
		return judge(own, targets.map(({ hop }) => hop.to), () => `Node/${node}`);
	})];
}
/** What kubeadm does not write anew when it upgrades a host. */
function isKubelets(setting) {
	return "program" in setting && setting.program === "kubelet";
}
function isRefused(setting, target, etcdTag) {
	const minor = minorOf(target);
	switch (setting.kind) {
		case "flag": return !namesAt(FLAGS[setting.program], tableMinor(setting.program, minor, etcdTag)).has(setting.name);
		case "gate": return !takesGate(setting.name, setting.on, minor);
		case "field": return !namesAt(setting.program === "kubelet" ? KUBELET_FIELDS : KUBE_PROXY_FIELDS, minor).has(setting.name);
		case "admission-plugin": return !namesAt(ADMISSION_PLUGINS, minor).has(setting.name);
		case "runtime-version": return !namesAt(RUNTIME_VERSIONS, minor).has(setting.name);
		case "etcd-tag": return false;
	}
}
function takesGate(name, on, minor) {
	if (STAGES.includes(name)) return true;
	const has = (table) => namesAt(table, minor).has(name);
	return has(FREE_GATES) || has(on ? GATES_LOCKED_ON : GATES_LOCKED_OFF);
}
/** Whether a minor has the gate at all, be it locked. */
function hasGate(name, version) {
	return [
		FREE_GATES,
		GATES_LOCKED_ON,
		GATES_LOCKED_OFF
	].some((table) => namesAt(table, minorOf(version)).has(name));
}
function programOf$1(setting, to, etcdTag) {
	const program = "program" in setting ? setting.program : "kube-apiserver";
	if (program !== "etcd") return `${program} ${to}`;
	return `etcd ${etcdTag ?? ETCD_OF_MINOR[minorOf(to)] ?? ""} (with ${to})`;
}
/** The minor of Kubernetes whose column holds: for an etcd that is kept at a tag, one whose etcd is of that minor. */
function tableMinor(program, minor, etcdTag) {
	if (program !== "etcd" || etcdTag === void 0) return minor;
	const kept = etcdMinor(etcdTag);
	return Object.keys(ETCD_OF_MINOR).find((of) => etcdMinor(ETCD_OF_MINOR[of] ?? "") === kept) ?? minor;
}
function etcdMinor(version) {
	const parsed = (0, import_semver.parse)(version);
	return parsed === null ? "" : `${parsed.major}.${parsed.minor}`;
}
/** `/etc/default/kubelet, line 3`. */
function placeOf({ place, line }) {
	return line === void 0 ? place : `line ${line} of ${place}`;
}
// src/plan/checks/admission-plugins.ts
/** An API server that is told to turn on or off a plug-in it does not have ends at once. */
const admissionPlugins = {
	id: "admission-plugins",
	about: "kube-apiserver has the admission plug-ins that it is told to turn on or off.",
	severity: "blocking",
	evidence: "The API server's extraArgs in kubeadm's ClusterConfiguration.",
	remedy: "Take the plug-in out of the ClusterConfiguration.",
	mandatory: true,
	find: (input) => refusals("admission-plugin", input).map(({ setting, object, program }) => ({
		severity: "blocking",
		object,
		message: `names the admission plug-in ${setting.name} (${placeOf(setting)}), which ${program} does not have: it would not start`,
		remedy: `Take ${setting.name} out of ${placeOf(setting)}.`
	}))
};
// src/plan/checks/check.ts
/** One finding for each object, whichever comes first: many pods of one controller are one thing to tell. */
function onePerObject(findings) {
	return [...Map.groupBy(findings, ({ object }) => object).values()].flatMap((same) => same.slice(0, 1));
}
/** Whether a host could be looked at; where it could not and the plan works on it, hosts-reached says so. */
function isLookedAt(name, { observation, steps }) {
	return (observation.nodes.find((node) => node.name === name)?.host)?.known === true || !steps.some(({ node }) => node === name);
}
// src/plan/checks/api-evidence.ts
/** An API server that has counted for less has met few of its clients. */
const FEW_SECONDS = 86400;
/** What removed-apis judges could be read. */
const apiEvidence = {
	id: "api-evidence",
	about: "Everything that tells of the use of removed APIs could be read.",
	severity: "unknown",
	evidence: "The outcome of each look that removed-apis takes.",
	remedy: "Make it readable, or look at it yourself and accept the finding.",
	find: (input) => {
		const { evidence } = input.observation;
		if (!evidence.known) return [unread("cluster", "its use of removed APIs is not known", evidence)];
		return [
			...servedFindings(evidence.value),
			...requestFindings(evidence.value, input),
			...objectFindings(evidence.value),
			...helmFindings(evidence.value),
			...manifestFindings(evidence.value)
		];
	}
};
function servedFindings({ served }) {
	if (served.known) return [];
	return [unread("apiservices.apiregistration.k8s.io", "which API versions are served could not be read", served, "Let kubectl get apiservices work, and plan again.")];
}
function requestFindings({ requests }, input) {
	const unknown = requests.flatMap(({ node, found }) => found.known || !isLookedAt(node, input) ? [] : [unread(`Node/${node}`, "the metrics of its API server could not be read", found, `Look at the API server of ${node}: its metrics are asked for on the host itself, with the certificate that kubeadm made for it.`)]);
	const young = requests.flatMap(({ node, found }) => found.known && found.value.upSeconds < FEW_SECONDS ? [`${node} (${roundHours(found.value.upSeconds)})`] : []);
	if (young.length === 0) return unknown;
	return [...unknown, {
		severity: "info",
		object: "API servers",
		message: `count requests since they started, less than a day ago: ${young.join(", ")}`,
		remedy: "Plan again when they have met all of their clients."
	}];
}
function objectFindings({ objects }) {
	return objects.flatMap(({ resource, found }) => {
		if (!found.known) return [unread(resource, "who wrote them could not be read", found, `Let kubectl get ${resource} work, and plan again.`)];
		const { more } = found.value;
		if (more === 0) return [];
		return [{
			severity: "info",
			object: resource,
			message: `has ${more} more objects that were written through a version with a release to go with`,
			remedy: "Mend what wrote those that are named, and plan again."
		}];
	});
}
function helmFindings({ releases }) {
	return releases.flatMap(({ resource, found }) => found.known ? found.value.flatMap(releaseFindings) : [unread(resource, "Helm's releases in them could not be read", found, `Let Kubestair list ${resource}.`)]);
}
function releaseFindings({ namespace, name, revision, objects }) {
	if (objects.known) return [];
	const remedy = `Look at it with helm -n ${namespace} get manifest ${name}.`;
	return [unread(`Helm release ${namespace}/${name}`, `revision ${revision} could not be read`, objects, remedy)];
}
function manifestFindings({ manifests }) {
	return [...manifests.unread.map(({ place, reason }) => {
		return {
			severity: "unknown",
			object: place,
			message: `could not be read: ${reason}`,
			remedy: "Correct spec.manifests in the cluster file, or the file."
		};
	}), ...manifests.templates.map(({ api, location }) => {
		const message = `names ${api}, but is not YAML by itself: perhaps a template`;
		return {
			severity: "info",
			object: location.file,
			message,
			remedy: "Look at what it is rendered to.",
			location
		};
	})];
}
function unread(object, what, { reason, next, code }, remedy) {
	return {
		severity: "unknown",
		object,
		message: `${what}: ${reason}`,
		remedy: next ?? remedy ?? "Plan again.",
		...code !== void 0 && { code }
	};
}
function roundHours(seconds) {
	return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
// src/plan/checks/api-reads.ts
/** What the API server keeps from Kubestair is unknown, and unknown is no pass. */
const apiReads = {
	id: "api-reads",
	about: "Everything that a plan looks at in the API could be read.",
	severity: "unknown",
	evidence: "The API server's answers to Kubestair's own requests.",
	remedy: "Bind the ClusterRole kubestair-plan of docs/rbac.yaml to the user of the kubeconfig.",
	find: ({ observation }) => observation.unread.map(({ resource, reason, next }) => ({
		severity: "unknown",
		object: resource,
		message: `could not be read: ${reason}`,
		remedy: next
	}))
};
// src/plan/checks/api-services.ts
/** A dead aggregated API hides its objects from the backup, and keeps namespaces from being deleted and garbage from being collected. */
const apiServices$1 = {
	id: "api-services",
	about: "Every aggregated API answers.",
	severity: "blocking",
	evidence: "The condition Available of each APIService that another server answers for.",
	remedy: "Bring the server back, or delete the APIService; accepted, the backup counts as whole without it.",
	find: ({ observation: { extensions } }) => {
		if (!extensions.known) return [];
		return extensions.value.apiServices.filter(({ aggregated, available }) => aggregated && !available).map(({ service, reason }) => ({
			severity: "blocking",
			object: `APIService/${service}`,
			message: `is not available (${reason}): its objects are missing from the backup, and namespaces cannot be deleted`,
			remedy: `Bring its server back, or kubectl delete apiservice ${service} if nobody needs it.`
		}));
	}
};
// src/cluster/selector.ts
/**
* Whether a metav1.LabelSelector selects these labels; an empty selector selects everything.
* Source: k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector), pkg/labels/selector.go (Requirement.Matches).
*/
function selects(selector, labels) {
	return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) && (selector.matchExpressions ?? []).every((requirement) => meets$1(requirement, labels));
}
function meets$1(requirement, labels) {
	const value = labels[requirement.key];
	const values = requirement.values ?? [];
	switch (requirement.operator) {
		case "In": return value !== void 0 && values.includes(value);
		case "NotIn": return value === void 0 || !values.includes(value);
		case "Exists": return value !== void 0;
		case "DoesNotExist": return value === void 0;
	}
}
// src/rollout/drain/filters.ts
const DELETE = { kind: "delete" };
/**
* The filters of `kubectl drain` in their order; the first that does not say delete decides, as it does there.
* Source: k8s.io/kubectl/pkg/drain/filters.go, v0.36 (makeFilters). Added: the pod that Kubestair itself runs in.
*/
const FILTERS = [
	ownPodFilter,
	daemonSetFilter,
	mirrorPodFilter,
	localStorageFilter,
	unreplicatedFilter
];
/** What a drain does with this pod, and why. */
function verdictOf$1(pod, context) {
	const warnings = [];
	for (const filter of FILTERS) {
		const verdict = filter(pod, context);
		if (verdict.kind !== "delete") return verdict;
		if (verdict.warning !== void 0) warnings.push(verdict.warning);
	}
	return warnings.length === 0 ? DELETE : {
		kind: "delete",
		warning: warnings.join(", ")
	};
}
/** `namespace/name`, as people and messages name a pod. */
function podName({ namespace, name }) {
	return `${namespace}/${name}`;
}
/** podName() of an object of the API. */
function nameOf$1({ metadata }) {
	return podName({
		namespace: metadata.namespace ?? "",
		name: metadata.name
	});
}
/** Whether the pod's work is over: nothing is lost when it goes. */
function isFinished({ phase }) {
	return phase === "Succeeded" || phase === "Failed";
}
/** Whether the scheduler may put the pod on a cordoned node. Source: k8s.io/component-helpers/scheduling/corev1, ToleratesTaint. */
function toleratesCordon({ demand }) {
	return demand.tolerations.some(({ key, operator, effect }) => (key === void 0 ? operator === "Exists" : key === "node.kubernetes.io/unschedulable") && (effect === void 0 || effect === "NoSchedule"));
}
function ownPodFilter({ own }) {
	return own === true ? {
		kind: "error",
		reason: "Kubestair itself runs in it"
	} : DELETE;
}
function daemonSetFilter(pod, { drain }) {
	const [kind, name] = (pod.controller ?? "").split("/");
	if (kind !== "DaemonSet" || isFinished(pod)) return DELETE;
	if (pod.orphan === void 0) return {
		kind: "skip",
		reason: `DaemonSet ${name} manages it`
	};
	if (drain.force) return {
		kind: "delete",
		warning: `its DaemonSet ${name} is gone`
	};
	return {
		kind: "error",
		reason: `its DaemonSet ${name} is gone, so nothing would make it again`
	};
}
function mirrorPodFilter({ mirror }) {
	return mirror ? {
		kind: "skip",
		reason: "it is a static pod"
	} : DELETE;
}
function localStorageFilter(pod, { drain }) {
	if (pod.emptyDirs.length === 0 || isFinished(pod)) return DELETE;
	const names = pod.emptyDirs.join(", ");
	if (drain.deleteEmptyDir) return {
		kind: "delete",
		warning: `deletes local data (${names})`
	};
	return {
		kind: "error",
		reason: `it has local data (emptyDir ${names}) and spec.drain.deleteEmptyDir is false`
	};
}
function unreplicatedFilter(pod, { drain }) {
	if (isFinished(pod) || pod.controller !== void 0) return DELETE;
	if (drain.force) return {
		kind: "delete",
		warning: "no controller will make it again"
	};
	return {
		kind: "error",
		reason: "no controller would make it again and spec.drain.force is false"
	};
}
// src/cluster/node-fit.ts
const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
/** Effects that keep a pod from a node; PreferNoSchedule does not. */
const BINDING$1 = /* @__PURE__ */ new Set(["NoSchedule", "NoExecute"]);
/**
* The taints that will keep pods from a node while others are drained: those of today, but for a cordon of Kubestair's own, which
* it takes back first. Source: kube-scheduler treats spec.unschedulable as this very taint (plugins/nodeunschedulable, v1.36).
*/
function lastingTaints({ scheduling, unschedulable, cordonedBy }) {
	const taints = scheduling.taints.filter(({ key, effect }) => key !== UNSCHEDULABLE && BINDING$1.has(effect));
	if (!unschedulable || cordonedBy !== void 0) return taints;
	return [...taints, {
		key: UNSCHEDULABLE,
		value: "",
		effect: "NoSchedule"
	}];
}
/** Source: k8s.io/api/core/v1/toleration.go, v0.36 (ToleratesTaint). */
function tolerates({ key, operator, value, effect }, taint) {
	if (effect !== void 0 && effect !== "" && effect !== taint.effect) return false;
	if (key !== void 0 && key !== "" && key !== taint.key) return false;
	switch (operator ?? "Equal") {
		case "Exists": return true;
		case "Lt": return Number(taint.value) < Number(value);
		case "Gt": return Number(taint.value) > Number(value);
		default: return key !== void 0 && key !== "" && (value ?? "") === taint.value;
	}
}
/** The taint that keeps pods with these tolerations away; undefined where none does. */
function repellingTaint(tolerations, taints) {
	return taints.find((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)));
}
/** Whether nodeSelector and required node affinity let a pod onto a node. */
function isChosen({ nodeSelector, nodeTerms }, node) {
	const { labels } = node.scheduling;
	for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
	return nodeTerms === void 0 || matchesAny(nodeTerms, node);
}
/** Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity, v0.36: terms are alternatives, and an empty one matches nothing. */
function matchesAny(terms, { name, scheduling }) {
	return terms.some(({ matchExpressions, matchFields }) => matchExpressions.length + matchFields.length > 0 && matchExpressions.every((requirement) => meets(requirement, scheduling.labels[requirement.key])) && matchFields.every((requirement) => meets(requirement, name)));
}
function meets({ operator, values }, value) {
	switch (operator) {
		case "In": return value !== void 0 && values.includes(value);
		case "NotIn": return value === void 0 || !values.includes(value);
		case "Exists": return value !== void 0;
		case "DoesNotExist": return value === void 0;
		case "Gt": return value !== void 0 && Number(value) > Number(values[0]);
		case "Lt": return value !== void 0 && Number(value) < Number(values[0]);
		default: return false;
	}
}
// src/plan/forecast/peers.ts
/** @param pods pods that are bound to a node and neither done nor on their way out */
function openPeers(pods) {
	const groups = groupPods(pods);
	const byNamespace = Map.groupBy(groups, ({ namespace }) => namespace);
	const byPair = indexOf(groups, ({ namespace, labels }) => Object.entries(labels).map(([key, value]) => `${namespace} ${key}=${value}`));
	const byRepulsedNamespace = indexOf(gatherRepulsions(groups), ({ term }) => term.namespaces ?? [""]);
	const found = /* @__PURE__ */ new Map();
	const candidates = (namespace, { selector }) => {
		const [pair] = Object.entries(selector.matchLabels ?? {});
		if (pair === void 0) return byNamespace.get(namespace) ?? [];
		return byPair.get(`${namespace} ${pair[0]}=${pair[1]}`) ?? [];
	};
	return {
		matching: (term) => (term.namespaces ?? [...byNamespace.keys()]).flatMap((namespace) => candidates(namespace, term).filter(({ labels }) => selects(term.selector, labels))),
		repelling({ namespace, labels }) {
			const key = groupKey(namespace, labels);
			const before = found.get(key);
			if (before !== void 0) return before;
			const own = [...byRepulsedNamespace.get(namespace) ?? [], ...byRepulsedNamespace.get("") ?? []].filter(({ term }) => selects(term.selector, labels));
			found.set(key, own);
			return own;
		}
	};
}
const termKeys = /* @__PURE__ */ new WeakMap();
/** Equal for equal terms. */
function termKey(term) {
	let key = termKeys.get(term);
	if (key === void 0) {
		key = JSON.stringify(term);
		termKeys.set(term, key);
	}
	return key;
}
const keys = /* @__PURE__ */ new WeakMap();
/** Labels are shared between pods, so that their text is made once. */
function groupKey(namespace, labels) {
	let text = keys.get(labels);
	if (text === void 0) {
		text = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a < b ? -1 : 1));
		keys.set(labels, text);
	}
	return `${namespace} ${text}`;
}
function groupPods(pods) {
	return [...Map.groupBy(pods, ({ namespace, labels }) => groupKey(namespace, labels)).values()].map((same) => ({
		namespace: same[0]?.namespace ?? "",
		labels: same[0]?.labels ?? {},
		pods: same
	}));
}
function gatherRepulsions(groups) {
	const byTerm = /* @__PURE__ */ new Map();
	for (const { pods } of groups) for (const pod of pods) for (const term of pod.demand.antiAffinity) {
		const key = termKey(term);
		const entry = byTerm.get(key) ?? {
			term,
			pods: []
		};
		entry.pods.push(pod);
		byTerm.set(key, entry);
	}
	return [...byTerm.values()];
}
function indexOf(all, keysOf) {
	const index = /* @__PURE__ */ new Map();
	for (const one of all) for (const key of keysOf(one)) {
		const list = index.get(key);
		if (list === void 0) index.set(key, [one]);
		else list.push(one);
	}
	return index;
}
// src/plan/forecast/board.ts
/** Resource that each pod takes one of, in thousandths like all others. */
const PODS = "pods";
const ONE_POD = 1e3;
/** Sets up the board of an observation. Pods that are done or on their way out take no room. */
function openBoard({ nodes, pods, volumes }) {
	const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
	const staying = pods.filter((pod) => numbers.has(pod.node) && isStaying(pod));
	const ports = /* @__PURE__ */ new Map();
	for (const { node, demand } of staying) {
		const number = numbers.get(node);
		if (number === void 0 || demand.hostPorts.length === 0) continue;
		ports.set(number, [...ports.get(number) ?? [], ...demand.hostPorts]);
	}
	const taints = nodes.map(lastingTaints);
	const known = /* @__PURE__ */ new Map();
	const equal = /* @__PURE__ */ new Map();
	return {
		nodes,
		numbers,
		free: freeRoom(nodes, staying, numbers),
		ports,
		taints,
		peers: openPeers(staying),
		volumes,
		choices(demand) {
			const before = known.get(demand);
			if (before !== void 0) return before;
			const key = JSON.stringify([
				demand.tolerations,
				demand.nodeSelector,
				demand.nodeTerms
			]);
			const choices = equal.get(key) ?? choose$1(demand, nodes, taints);
			equal.set(key, choices);
			known.set(demand, choices);
			return choices;
		}
	};
}
function isStaying({ terminating, phase }) {
	return !terminating && phase !== "Succeeded" && phase !== "Failed";
}
function freeRoom(nodes, pods, numbers) {
	const free = /* @__PURE__ */ new Map();
	for (const [number, { scheduling }] of nodes.entries()) for (const [name, amount] of Object.entries(scheduling.allocatable)) {
		const room = free.get(name) ?? new Float64Array(nodes.length);
		room[number] = amount;
		free.set(name, room);
	}
	const take = (name, number, amount) => {
		const room = free.get(name);
		if (room !== void 0) room[number] = (room[number] ?? 0) - amount;
	};
	for (const { node, demand } of pods) {
		const number = numbers.get(node);
		if (number === void 0) continue;
		take(PODS, number, ONE_POD);
		for (const name in demand.requests) take(name, number, demand.requests[name] ?? 0);
	}
	return free;
}
function choose$1(demand, nodes, taintsOf) {
	const chosen = Uint8Array.from(nodes, (node) => isChosen(demand, node) ? 1 : 0);
	const open = [...nodes.keys()].filter((number) => chosen[number] === 1 && repellingTaint(demand.tolerations, taintsOf[number] ?? []) === void 0);
	return {
		open: Int32Array.from(open),
		chosen
	};
}
// src/plan/forecast/domains.ts
/** @param pods the domain of each pod; those outside of the domains are left out */
function countDomains(domains, pods) {
	const at = /* @__PURE__ */ new Map();
	for (const domain of pods) if (domains.has(domain)) at.set(domain, (at.get(domain) ?? 0) + 1);
	const domainsWith = /* @__PURE__ */ new Map([[0, domains.size - at.size]]);
	for (const count of at.values()) domainsWith.set(count, (domainsWith.get(count) ?? 0) + 1);
	return {
		domains,
		at,
		domainsWith
	};
}
/** Pods of a domain after a shift. */
function countAt({ at }, shift, domain) {
	return (at.get(domain) ?? 0) + (shift.get(domain) ?? 0);
}
/** Pods in all domains after a shift. */
function countAll({ domainsWith }, shift) {
	let sum = 0;
	for (const [count, number] of domainsWith) sum += count * number;
	for (const change of shift.values()) sum += change;
	return sum;
}
/**
* Fewest pods of any domain after a shift, found without a look at every domain.
* @param without domains that do not count any more
*/
function fewest({ domains, at, domainsWith }, shift, without = []) {
	const gone = new Set(without);
	const changed = /* @__PURE__ */ new Set([...shift.keys(), ...gone]);
	const others = new Map(domainsWith);
	let least = Number.POSITIVE_INFINITY;
	for (const domain of changed) {
		if (!domains.has(domain)) continue;
		const before = at.get(domain) ?? 0;
		others.set(before, (others.get(before) ?? 1) - 1);
		if (!gone.has(domain)) least = Math.min(least, before + (shift.get(domain) ?? 0));
	}
	for (const [count, left] of others) if (left > 0) least = Math.min(least, count);
	return Number.isFinite(least) ? least : 0;
}
// src/plan/forecast/move.ts
/** How a move changes the counts of some pods in the domains of a topology. */
function shiftOf({ evicted, placed }, { nodes, numbers }, topologyKey, counted) {
	const shift = /* @__PURE__ */ new Map();
	const change = (node, by) => {
		const domain = nodes[node]?.scheduling.labels[topologyKey];
		if (domain !== void 0 && by !== 0) shift.set(domain, (shift.get(domain) ?? 0) + by);
	};
	for (const pod of evicted.filter(counted)) change(numbers.get(pod.node) ?? -1, -1);
	for (const [node, pods] of placed) change(node, pods.filter(counted).length);
	return shift;
}
/** Whether a term of affinity or anti-affinity means a pod. */
function meansPod({ namespaces, selector }, pod) {
	return (namespaces === void 0 || namespaces.includes(pod.namespace)) && selects(selector, pod.labels);
}
// src/plan/forecast/company.ts
/**
* Required pod affinity and anti-affinity, both ways, and topology spread constraints.
* Source: kube-scheduler v1.36, plugins/interpodaffinity/filtering.go and plugins/podtopologyspread/filtering.go.
*/
function openCompany(board) {
	const counts = openCounts(board);
	return { rulesOf(pod, move) {
		const { antiAffinity, affinity, spread } = pod.demand;
		return [
			...antiAffinity.map((term) => apart(board, counts.ofTerms([term], term.topologyKey), term, move)),
			...board.peers.repelling(pod).map((repulsion) => repelled(board, counts.ofRepulsion(repulsion), repulsion, move)),
			...affinity.length === 0 ? [] : [together$1(board, counts, pod, move)],
			...spread.map((constraint) => evenly(board, counts.ofSpread(pod, constraint), constraint, pod, move))
		];
	} };
}
function apart(board, counts, term, move) {
	const shift = shiftOf(move, board, term.topologyKey, (pod) => meansPod(term, pod));
	return (node) => {
		const domain = domainOf(board, node, term.topologyKey);
		return domain !== void 0 && countAt(counts, shift, domain) > 0 ? `pods that it keeps apart from (${term.topologyKey})` : void 0;
	};
}
function repelled(board, counts, { term }, move) {
	const key = termKey(term);
	const shift = shiftOf(move, board, term.topologyKey, ({ demand }) => demand.antiAffinity.some((own) => termKey(own) === key));
	return (node) => {
		const domain = domainOf(board, node, term.topologyKey);
		return domain !== void 0 && countAt(counts, shift, domain) > 0 ? `pods that keep apart from it (${term.topologyKey})` : void 0;
	};
}
/** All terms at once: the pods that count are those that every term means. */
function together$1(board, counts, pod, move) {
	const terms = pod.demand.affinity;
	const meant = (other) => terms.every((term) => meansPod(term, other));
	const wanted = terms.map(({ topologyKey }) => ({
		topologyKey,
		counts: counts.ofTerms(terms, topologyKey),
		shift: shiftOf(move, board, topologyKey, meant)
	}));
	const first = meant(pod) && wanted.every((one) => countAll(one.counts, one.shift) === 0);
	return (node) => {
		const lonely = wanted.find(({ topologyKey, counts: known, shift }) => {
			const domain = domainOf(board, node, topologyKey);
			return domain === void 0 || !first && countAt(known, shift, domain) === 0;
		});
		return lonely === void 0 ? void 0 : `no pods that it has to be with (${lonely.topologyKey})`;
	};
}
function evenly(board, counts, { topologyKey, selector, maxSkew, minDomains, honorTaints }, pod, move) {
	const shift = shiftOf(move, board, topologyKey, (other) => other.namespace === pod.namespace && selects(selector, other.labels));
	const gone = honorTaints && topologyKey === "kubernetes.io/hostname" ? [...move.from].flatMap((node) => domainOf(board, node, topologyKey) ?? []) : [];
	const least = counts.domains.size < minDomains ? 0 : fewest(counts, shift, gone);
	const own = selects(selector, pod.labels) ? 1 : 0;
	return (node) => {
		const domain = domainOf(board, node, topologyKey);
		return domain !== void 0 && countAt(counts, shift, domain) + own - least <= maxSkew ? void 0 : `its topology spread (${topologyKey}, maxSkew ${maxSkew})`;
	};
}
/** Counts before any move, each made once. */
function openCounts(board) {
	const made = /* @__PURE__ */ new Map();
	const ofRepulsions = /* @__PURE__ */ new Map();
	const eligible = openEligible(board);
	const once = (key, make) => {
		const before = made.get(key) ?? make();
		made.set(key, before);
		return before;
	};
	const domainsOf = (pods, topologyKey) => pods.flatMap(({ node }) => domainOf(board, board.numbers.get(node), topologyKey) ?? []);
	return {
		ofTerms: (terms, topologyKey) => once(JSON.stringify([terms, topologyKey]), () => {
			const [first, ...others] = terms;
			const domains = (first === void 0 ? [] : board.peers.matching(first)).filter(({ pods: [pod] }) => pod !== void 0 && others.every((term) => meansPod(term, pod))).flatMap(({ pods }) => domainsOf(pods, topologyKey));
			return countDomains(new Set(domains), domains);
		}),
		ofRepulsion(repulsion) {
			const before = ofRepulsions.get(repulsion);
			if (before !== void 0) return before;
			const domains = domainsOf(repulsion.pods, repulsion.term.topologyKey);
			const counts = countDomains(new Set(domains), domains);
			ofRepulsions.set(repulsion, counts);
			return counts;
		},
		ofSpread(pod, constraint) {
			const { topologyKey, selector } = constraint;
			const { key, numbers, domains } = eligible(pod.demand, constraint);
			return once(JSON.stringify([
				pod.namespace,
				selector,
				key
			]), () => {
				const counted = board.peers.matching({
					namespaces: [pod.namespace],
					selector
				}).flatMap(({ pods }) => pods).filter(({ node }) => numbers.has(board.numbers.get(node) ?? -1));
				return countDomains(domains, domainsOf(counted, topologyKey));
			});
		}
	};
}
function openEligible(board) {
	const made = /* @__PURE__ */ new Map();
	return (demand, { topologyKey, allNodes, honorTaints }) => {
		const choice = allNodes ? [] : [demand.nodeSelector, demand.nodeTerms];
		const key = JSON.stringify([
			topologyKey,
			allNodes,
			honorTaints,
			choice,
			honorTaints && demand.tolerations
		]);
		const before = made.get(key);
		if (before !== void 0) return before;
		const { chosen } = board.choices(demand);
		const counts = (node) => (allNodes || chosen[node] === 1) && (!honorTaints || repellingTaint(demand.tolerations, board.taints[node] ?? []) === void 0);
		const numbers = new Set([...board.nodes.keys()].filter(counts));
		const eligible = {
			key,
			numbers,
			domains: new Set([...numbers].flatMap((node) => domainOf(board, node, topologyKey) ?? []))
		};
		made.set(key, eligible);
		return eligible;
	};
}
function domainOf({ nodes }, node, topologyKey) {
	return node === void 0 ? void 0 : nodes[node]?.scheduling.labels[topologyKey];
}
// src/plan/forecast/place.ts
/**
* Judges the drains of each batch from the cluster as it is, with its nodes out of use. It is a forecast: the scheduler may choose other
* places, and pods may come and go until then.
*/
function openPlacer(board) {
	const company = openCompany(board);
	/** What was told of a workload before: its pods are alike, and a full cluster has many. */
	const told = /* @__PURE__ */ new Map();
	return { place(nodes, evicted) {
		const from = new Set(nodes.flatMap((node) => board.numbers.get(node) ?? []));
		const placed = /* @__PURE__ */ new Map();
		const move = {
			from,
			evicted,
			placed
		};
		const nowhere = /* @__PURE__ */ new Map();
		for (const pod of evicted.toSorted(bySize)) {
			const rules = rulesOf(pod, move, board, company);
			const to = firstFit(pod, rules, move, board);
			if (to !== void 0) {
				placed.set(to, [...placed.get(to) ?? [], pod]);
				continue;
			}
			const workload = pod.workload ?? "";
			const reason = told.get(workload) ?? tally(pod, rules, move, board);
			if (workload !== "") told.set(workload, reason);
			nowhere.set(pod, reason);
		}
		return nowhere;
	} };
}
/** Large pods first, as they are the hardest to place; equal ones in the order of their names, so that a plan says the same twice. */
function bySize(a, b) {
	return sizeOf(b) - sizeOf(a) || (a.name < b.name ? -1 : 1);
}
/** A core weighs as much as 4 GiB. */
function sizeOf({ demand: { requests } }) {
	return (requests.cpu ?? 0) + (requests.memory ?? 0) / (4 * 2 ** 30);
}
function firstFit(pod, rules, { from }, board) {
	const { open } = board.choices(pod.demand);
	const [first = 0] = from;
	const start = first * 7919 % Math.max(1, open.length);
	for (let step = 0; step < open.length; step += 1) {
		const node = open[(start + step) % open.length] ?? -1;
		if (!from.has(node) && rules.every((rule) => rule(node) === void 0)) return node;
	}
}
/** The rules beside node selectors and taints, the cheapest first. */
function rulesOf(pod, move, board, company) {
	return [
		roomRule(pod, move, board),
		portRule(pod, move, board),
		volumeRule(pod, board),
		...company.rulesOf(pod, move)
	];
}
function roomRule({ demand }, { placed }, { free }) {
	const wanted = [...Object.entries(demand.requests), [PODS, ONE_POD]].filter(([, amount]) => amount > 0).map(([name, amount]) => ({
		name,
		amount,
		room: free.get(name)
	}));
	return (node) => {
		const guests = placed.get(node) ?? [];
		for (const { name, amount, room } of wanted) {
			let left = room?.[node] ?? 0;
			for (const guest of guests) left -= name === "pods" ? ONE_POD : guest.demand.requests[name] ?? 0;
			if (left < amount) return name === "pods" ? "no room for another pod" : `too little ${name} left`;
		}
	};
}
/** Source: kube-scheduler v1.36, framework/types.go (HostPortInfo.CheckConflict). */
function portRule({ demand: { hostPorts } }, { placed }, { ports }) {
	if (hostPorts.length === 0) return () => void 0;
	return (node) => {
		const taken = [...ports.get(node) ?? [], ...(placed.get(node) ?? []).flatMap(({ demand }) => demand.hostPorts)];
		const conflict = hostPorts.find((port) => taken.some((other) => collide(port, other)));
		return conflict === void 0 ? void 0 : `its host port ${conflict.port} taken`;
	};
}
function collide(a, b) {
	const sameAddress = a.address === "" || b.address === "" || a.address === b.address;
	return a.port === b.port && a.protocol === b.protocol && sameAddress;
}
function volumeRule({ namespace, claims = [] }, { volumes, nodes }) {
	const places = claims.flatMap((claim) => volumes[`${namespace}/${claim}`] ?? []);
	if (places.length === 0) return () => void 0;
	return (number) => {
		const node = nodes[number];
		const missing = places.find(({ nodeTerms }) => node === void 0 || !matchesAny(nodeTerms, node));
		if (missing === void 0) return void 0;
		return `no access to ${missing.local ? "its local volume" : "its volume"} ${missing.name}`;
	};
}
/** Why none of the other nodes takes a pod: each by what speaks against it first. */
function tally(pod, rules, { from }, board) {
	if (board.nodes.length <= from.size) return "there is no other node";
	const { chosen } = board.choices(pod.demand);
	const counts = /* @__PURE__ */ new Map();
	for (const node of board.nodes.keys()) {
		if (from.has(node)) continue;
		const reason = reasonAgainst(node, pod, chosen, rules, board);
		counts.set(reason, (counts.get(reason) ?? 0) + 1);
	}
	return [...counts].toSorted(([a, many], [b, few]) => few - many || (a < b ? -1 : 1)).map(([reason, count]) => `${reason} (${count} ${count === 1 ? "node" : "nodes"})`).join(", ");
}
function reasonAgainst(node, { demand }, chosen, rules, { taints }) {
	if (chosen[node] !== 1) return "not chosen by its node selector or affinity";
	const taint = repellingTaint(demand.tolerations, taints[node] ?? []);
	if (taint?.key === "node.kubernetes.io/unschedulable") return "cordoned by somebody else";
	if (taint !== void 0) return `the taint ${taint.key}${taint.value === "" ? "" : `=${taint.value}`}:${taint.effect}`;
	for (const rule of rules) {
		const reason = rule(node);
		if (reason !== void 0) return reason;
	}
	return "taken by the other pods of this node";
}
// src/plan/disruption.ts
/** All pods, whatever the cluster file says of them: what it forbids is for the checks to tell. */
const WHATEVER = { drain: {
	deleteEmptyDir: true,
	force: true
} };
/** Live pods that the drains of a plan evict, as it looks now, in the order of the drains, with what becomes of them. */
function evictionsOf(steps, observation) {
	const byNode = Map.groupBy(guardedEvictions(steps, observation), ({ pod }) => pod.node);
	const placer = openPlacer(openBoard(observation));
	return batchesDrained(steps).flatMap((nodes, batch) => {
		const evictions = nodes.flatMap((node) => (byNode.get(node) ?? []).map((one) => ({
			...one,
			batch
		})));
		const nowhere = placer.place(nodes, evictions.map(({ pod }) => pod).filter(returns));
		return evictions.map((eviction) => {
			const reason = nowhere.get(eviction.pod);
			return reason === void 0 ? eviction : {
				...eviction,
				nowhere: reason
			};
		});
	});
}
/** The evictions by the filters of the drain itself, without a thought to where the pods go. */
function guardedEvictions(steps, { pods, budgets }) {
	const drained = nodesDrained(steps);
	const byNode = Map.groupBy(pods.filter((pod) => drained.has(pod.node) && isEvicted(pod)), ({ node }) => node);
	const budgetsOf = openBudgets(budgets);
	return [...drained].flatMap((node) => (byNode.get(node) ?? []).map((pod) => ({
		pod,
		budgets: budgetsOf(pod)
	})));
}
/** Nodes that a plan drains, each once, in its order. */
function nodesDrained(steps) {
	return new Set(steps.flatMap(({ kind, node }) => kind === "drain" && node !== void 0 ? [node] : []));
}
/** Nodes that are drained together, each in the first batch that drains it. */
function batchesDrained(steps) {
	const seen = /* @__PURE__ */ new Set();
	return unitsOf(steps).flatMap(({ lanes }) => {
		const fresh = [...nodesDrained(lanes.flat())].filter((node) => !seen.has(node));
		for (const node of fresh) seen.add(node);
		return fresh.length === 0 ? [] : [fresh];
	});
}
/** What a pod is told by: its workload, whose name outlives the pod's, or itself. */
function ownerOf$1({ namespace, name, workload }) {
	return workload ?? `Pod/${namespace}/${name}`;
}
function budgetName({ namespace, name }) {
	return `PodDisruptionBudget/${namespace}/${name}`;
}
function isEvicted(pod) {
	return !pod.terminating && !isFinished(pod) && verdictOf$1(pod, WHATEVER).kind === "delete";
}
/** Nobody makes an unmanaged pod again: it needs no other place. */
function returns({ controller, orphan }) {
	return controller !== void 0 && orphan === void 0;
}
/** Budgets by pod. Pods share their labels, so that most are answered by a look. */
function openBudgets(budgets) {
	const byNamespace = Map.groupBy(budgets, ({ namespace }) => namespace);
	const known = /* @__PURE__ */ new Map();
	return ({ namespace, labels }) => {
		const candidates = byNamespace.get(namespace);
		if (candidates === void 0) return [];
		const answers = known.get(namespace) ?? /* @__PURE__ */ new Map();
		known.set(namespace, answers);
		const before = answers.get(labels);
		if (before !== void 0) return before;
		const guards = candidates.filter(({ selector }) => selects(selector, labels));
		answers.set(labels, guards);
		return guards;
	};
}
// src/plan/checks/budgets.ts
/** Budgets let the pods of drained nodes go. */
const budgets = {
	id: "disruption-budgets",
	about: "No PodDisruptionBudget holds up a drain for ever.",
	severity: "blocking",
	evidence: "PodDisruptionBudgets with their status, the pods that drains evict, and which of these fit on no other node.",
	remedy: "Leave room for one disruption: one replica more, or `maxUnavailable: 1`; mend pods that are not ready.",
	find: ({ evictions, config }) => {
		const guarded = /* @__PURE__ */ new Map();
		for (const eviction of evictions) for (const budget of eviction.budgets) {
			const same = guarded.get(budget);
			if (same === void 0) guarded.set(budget, [eviction]);
			else same.push(eviction);
		}
		return [...guarded].flatMap(([budget, own]) => findingOf$2(budget, own, config.drain.timeoutSeconds) ?? []);
	}
};
/** The one thing to say of a budget, the worst first. */
function findingOf$2(budget, evictions, timeoutSeconds) {
	if (budget.syncProblem !== void 0) return notSynced(budget, budget.syncProblem);
	if (budget.disruptionsAllowed === 0) return noneAllowed(budget, evictions, timeoutSeconds);
	return outOfRoom(budget, evictions);
}
function noneAllowed(budget, evictions, timeoutSeconds) {
	const { currentHealthy, desiredHealthy, expectedPods, rule } = budget;
	if (expectedPods === 0) return notSynced(budget, "its status counts no pods");
	if (desiredHealthy >= expectedPods) return {
		severity: "blocking",
		object: budgetName(budget),
		message: `can never allow an eviction: by ${rule} it wants ${desiredHealthy} healthy of ${expectedPods} pods of ${ownersOf(evictions)}`,
		remedy: "Run one more replica, or let the budget allow one disruption (maxUnavailable: 1)."
	};
	if (currentHealthy < desiredHealthy) return unhealthy$1(budget, evictions);
	return {
		severity: "info",
		object: budgetName(budget),
		message: `allows no eviction of ${ownersOf(evictions)} now: ${currentHealthy} pods are healthy and it wants ${desiredHealthy}; a drain waits for it, up to ${timeoutSeconds} s`,
		remedy: "Nothing to do if its pods become healthy by themselves."
	};
}
/**
* With fewer healthy pods than wanted not even the broken ones may go, unless the budget says so.
* Source: kubernetes.io "Specifying a Disruption Budget", unhealthyPodEvictionPolicy; eviction.go, v1.36.
*/
function unhealthy$1(budget, evictions) {
	const { currentHealthy, desiredHealthy, evictsUnhealthy, namespace, name } = budget;
	const broken = evictions.filter(({ pod }) => !pod.ready).length;
	const unless = evictsUnhealthy ? "" : ", and until then not even the pods that are not ready may go";
	return {
		severity: "warning",
		object: budgetName(budget),
		message: `allows no eviction of ${ownersOf(evictions)}: ${currentHealthy} pods are healthy and it wants ${desiredHealthy} (${broken} to evict are not ready)${unless}`,
		remedy: evictsUnhealthy ? "Mend its pods before the upgrade: kubectl describe tells why they are not ready." : `Mend its pods, or let those that are not ready go: kubectl -n ${namespace} patch pdb ${name} --type merge -p '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}'`
	};
}
function notSynced(budget, reason) {
	return {
		severity: "unknown",
		object: budgetName(budget),
		message: `is not understood by the disruption controller, so that it allows nothing: ${reason}`,
		remedy: `Look at its events: kubectl -n ${budget.namespace} describe pdb ${budget.name}`
	};
}
/**
* Pods that fit on no other node stay away until their own is back, which it is not before the drain is over: each of them uses up
* one disruption for good.
*/
function outOfRoom(budget, evictions) {
	const allowed = Math.max(budget.disruptionsAllowed, budget.expectedPods - budget.desiredHealthy);
	for (const [node, same] of Map.groupBy(evictions, ({ pod }) => pod.node)) {
		const stranded = same.filter(({ nowhere }) => nowhere !== void 0);
		if (stranded.length <= allowed) continue;
		return {
			severity: "blocking",
			object: budgetName(budget),
			message: `lets ${allowed} of ${ownersOf(same)} be away, but ${stranded.length} pods of ${node} fit on no other node: the drain of ${node} cannot end (${stranded[0]?.nowhere})`,
			remedy: "Make room on other nodes, or let the budget allow as many disruptions as one node holds pods."
		};
	}
}
function ownersOf(evictions) {
	const [first = "", ...others] = new Set(evictions.map(({ pod }) => ownerOf$1(pod)));
	return others.length === 0 ? first : `${first} and ${others.length} more`;
}
// src/plan/checks/per-host.ts
/** Judges every host that could be looked at. */
function perHost({ nodes }, judge) {
	return nodes.flatMap((node) => {
		if (!node.host.known) return [];
		const object = `Node/${node.name}`;
		return judge(node.host.value.facts, node).map((finding) => ({
			object,
			...finding
		}));
	});
}
// src/plan/checks/certificates.ts
const DAY$1 = 864e5;
/** A run should be over by then, with a weekend in between. */
const SOON_DAYS$1 = 7;
/** For what no upgrade renews. */
const LATER_DAYS = 30;
const AUTHORITY_DAYS = 180;
/** Certificates outlast the upgrade. */
const certificates = {
	id: "certificates",
	about: "Certificates of the control plane, of etcd and of the kubelets outlast the upgrade.",
	severity: "blocking",
	evidence: "The certificates in /etc/kubernetes and /var/lib/kubelet/pki on each host, and the date.",
	remedy: "Renew with `kubeadm certs renew`, then restart the component; for an authority plan its replacement.",
	find: ({ observation, now }) => perHost(observation, (facts, node) => facts.certificates.filter(({ authority }) => !authority || node.role === "control-plane").flatMap((certificate) => judge$4(certificate, node, now)))
};
function judge$4(certificate, node, now) {
	const { path, expiresAt, authority } = certificate;
	const object = `Node/${node.name}: ${path}`;
	if (expiresAt === void 0) return [{
		severity: "unknown",
		object,
		message: "holds no certificate that could be read",
		remedy: `Look at it on ${node.name}: openssl x509 -noout -text -in ${path}`
	}];
	const days = (Date.parse(expiresAt) - now.getTime()) / DAY$1;
	const day = expiresAt.slice(0, 10);
	const renewal = authority ? "nobody" : renewalOf(path);
	if (days <= 0) return [{
		severity: "blocking",
		object,
		message: `expired on ${day}`,
		remedy: remedyFor(renewal, path, node.name)
	}];
	const soon = days < SOON_DAYS$1;
	if (renewal === "upgrade") {
		if (!soon) return [];
		return [{
			severity: "warning",
			object,
			message: `expires on ${day}, before an upgrade that takes long would come to renew it`,
			remedy: remedyFor(renewal, path, node.name)
		}];
	}
	if (days >= (authority ? AUTHORITY_DAYS : renewal === "kubelet" ? SOON_DAYS$1 : LATER_DAYS)) return [];
	return [{
		severity: "warning",
		object,
		message: `expires on ${day}, and ${NOT_RENEWED[renewal]}`,
		remedy: remedyFor(renewal, path, node.name)
	}];
}
const NOT_RENEWED = {
	etcd: "an upgrade renews it only where it changes etcd",
	kubelet: "the kubelet, which should have rotated it by now, has not",
	nobody: "nothing renews it by itself"
};
function renewalOf(path) {
	if (path.includes("/etcd/")) return "etcd";
	if (path.endsWith("/kubelet.crt")) return "nobody";
	return path.includes("/kubelet/pki/") ? "kubelet" : "upgrade";
}
function remedyFor(renewal, path, node) {
	switch (renewal) {
		case "upgrade": return `On ${node}: kubeadm certs renew all, then restart the static pods of the control plane.`;
		case "etcd": return `On ${node}: kubeadm certs renew etcd-server, etcd-peer and etcd-healthcheck-client, then restart etcd.`;
		case "kubelet": return `Look at kubectl get csr and at journalctl -u kubelet on ${node}: its requests may wait for approval.`;
		case "nobody": return path.endsWith("/kubelet.crt") ? `On ${node}: remove ${path} and its key, then systemctl restart kubelet, which makes them anew.` : "Replace the authority by hand before it ends: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates.";
	}
}
// src/plan/checks/cgroup.ts
/** From here on the kubelet starts on cgroup v1 only with failCgroupV1: false. Source: release notes of 1.35; KEP-5573. */
const REFUSED_SINCE = "1.35";
/** Hosts on cgroup v1 have a kubelet that accepts it. */
const cgroupV1 = {
	id: "cgroup-v1",
	about: `Hosts are on cgroup v2, which kubelets from ${REFUSED_SINCE} on ask for.`,
	severity: "blocking",
	evidence: "The file system of /sys/fs/cgroup on each host, the configuration of its kubelet, and that of the cluster.",
	remedy: "Boot the host with cgroup v2, or set `failCgroupV1: false` in ConfigMap/kube-system/kubelet-config.",
	find: ({ observation, hops }) => {
		const target = hops.at(-1)?.to;
		if (target === void 0 || !isAtLeastMinor(target, REFUSED_SINCE)) return [];
		return observation.nodes.flatMap((node) => {
			const { name, host } = node;
			if (!host.known || host.value.cgroup === "v2") return [];
			const refusing = whoRefuses(node, observation);
			if (refusing === void 0) return [];
			return [{
				severity: "blocking",
				object: `Node/${name}`,
				message: `is on cgroup v1, where a kubelet of ${target} starts only with failCgroupV1: false, and ${refusing} does not say so`,
				remedy: `Boot the host with cgroup v2, or set failCgroupV1: false in ConfigMap/kube-system/kubelet-config and in /var/lib/kubelet/config.yaml on ${name}.`
			}];
		});
	}
};
/** The upgrade's own preflight reads the host's file, and then the cluster's is written over it. */
function whoRefuses({ kubelet, ready, host }, { kubeletConfig }) {
	if (kubeletConfig.known && kubeletConfig.value.failCgroupV1 !== false) return "ConfigMap/kube-system/kubelet-config";
	if (isAtLeastMinor(kubelet, REFUSED_SINCE) && ready) return void 0;
	return (host.known && host.value.facts.kubelet.known ? host.value.facts.kubelet.value : void 0)?.failCgroupV1 === false ? void 0 : "/var/lib/kubelet/config.yaml";
}
// src/plan/checks/clock-skew.ts
/** A look at a clock is off by half a round trip, and by whole seconds on a busy host. */
const TOLD_FROM_SECONDS = 5;
/** Certificates that the controller manager signs begin five minutes in the past (pkg/controller/certificates/signer, Backdate). */
const BLOCKS_FROM_SECONDS = 240;
/** Clocks of the hosts agree with each other; the runner's own does not matter. */
const clockSkew = {
	id: "clock-skew",
	about: "The clocks of the hosts agree.",
	severity: "blocking",
	evidence: "Each host's clock, compared with the median of all.",
	remedy: "Let the host keep time with chrony or systemd-timesyncd.",
	find: ({ observation }) => {
		const offsets = observation.nodes.flatMap(({ host }) => host.known ? [host.value.facts.clockOffsetSeconds ?? NaN] : []).filter((offset) => Number.isFinite(offset)).toSorted((a, b) => a - b);
		const median = offsets[Math.floor((offsets.length - 1) / 2)] ?? 0;
		return perHost(observation, ({ clockOffsetSeconds = median }, { name }) => {
			const off = clockOffsetSeconds - median;
			if (Math.abs(off) < TOLD_FROM_SECONDS) return [];
			const grave = Math.abs(off) >= BLOCKS_FROM_SECONDS;
			return [{
				severity: grave ? "blocking" : "warning",
				message: `its clock is ${Math.abs(off)} s ${off > 0 ? "ahead of" : "behind"} the other hosts: ${grave ? "certificates and tokens are not yet or no longer valid there" : "etcd and tokens mind"}`,
				remedy: `Set the clock of ${name}, and let chrony or systemd-timesyncd keep it: timedatectl status`
			}];
		});
	}
};
// src/plan/checks/component-flags.ts
/** A program that is given a flag it does not know ends at once. */
const componentFlags = {
	id: "component-flags",
	about: "Every component knows the flags that it will be started with.",
	severity: "blocking",
	evidence: "The kubelet's unit with its drop-ins and the variables that they name, on every host; extraArgs in kubeadm's ClusterConfiguration, etcd's included.",
	remedy: "Take the flag out where the finding says it is written.",
	mandatory: true,
	find: (input) => refusals("flag", input).map(({ setting, object, program }) => ({
		severity: "blocking",
		object,
		message: `starts with --${setting.name} (${placeOf(setting)}), which ${program} does not know: it would not start`,
		remedy: `Take --${setting.name} out of ${placeOf(setting)}.`
	}))
};
// src/plan/checks/config-fields.ts
/** Kubelet and kube-proxy go on without a field that they do not know, and so without what it was for (pkg/kubelet/kubeletconfig). */
const configFields = {
	id: "config-fields",
	about: "Kubelet and kube-proxy know the fields of their configuration.",
	severity: "warning",
	evidence: "The ConfigMaps kubelet-config and kube-proxy, and files of the kubelet's --config-dir.",
	remedy: "Take the field out, or spell it right.",
	find: (input) => refusals("field", input).map(({ setting, object, program }) => ({
		severity: "warning",
		object,
		message: `has the field ${setting.name} (${placeOf(setting)}), which ${program} does not know and leaves out`,
		remedy: `Take ${setting.name} out of ${placeOf(setting)}, or write it as ${program} knows it.`
	}))
};
// src/plan/checks/container-runtime.ts
/**
* CRI v1alpha2 is gone since 1.26 (release notes of 1.26; containerd 1.6 and CRI-O 1.20 were the first with v1).
* The CRI call RuntimeConfig, by which the kubelet learns the cgroup driver, came with containerd 2.0 and CRI-O 1.28; without it the
* kubelet falls back to its own setting until 1.38 (KEP-4033; kubeadm preflight/checks.go of 1.37, ContainerRuntimeVersionCheck).
* Reviewed up to Kubernetes 1.37.
*/
const FLOORS$1 = [
	{
		runtime: "containerd",
		since: "1.26",
		atLeast: "1.6.0",
		severity: "blocking",
		why: "since a kubelet of 1.26 and later speaks CRI v1 alone"
	},
	{
		runtime: "cri-o",
		since: "1.26",
		atLeast: "1.20.0",
		severity: "blocking",
		why: "since a kubelet of 1.26 and later speaks CRI v1 alone"
	},
	{
		runtime: "containerd",
		since: "1.38",
		atLeast: "2.0.0",
		severity: "blocking",
		why: "for the CRI call RuntimeConfig, without which a kubelet of 1.38 does not start"
	},
	{
		runtime: "cri-o",
		since: "1.38",
		atLeast: "1.28.0",
		severity: "blocking",
		why: "for the CRI call RuntimeConfig, without which a kubelet of 1.38 does not start"
	},
	{
		runtime: "containerd",
		since: "1.36",
		atLeast: "2.0.0",
		severity: "warning",
		why: "for the CRI call RuntimeConfig, which Kubernetes 1.38 insists on"
	},
	{
		runtime: "cri-o",
		since: "1.36",
		atLeast: "1.28.0",
		severity: "warning",
		why: "for the CRI call RuntimeConfig, which Kubernetes 1.38 insists on"
	}
];
/** Container runtimes are new enough for the kubelets of the hops. */
const containerRuntime = {
	id: "container-runtime",
	about: "The container runtime of every node is new enough for the kubelets that come.",
	severity: "blocking",
	evidence: "The runtime and version that each node reports, and the hops of the plan. Reviewed up to Kubernetes 1.37.",
	remedy: "Upgrade the container runtime, node by node, before the hop.",
	find: ({ observation, hops }) => observation.nodes.flatMap(({ name, containerRuntime: text }) => {
		const [runtime = "", written = ""] = text.split("://");
		const floor = floorFor(runtime, written, hops);
		if (floor === void 0) return [];
		return [{
			severity: floor.severity,
			object: `Node/${name}`,
			message: `runs ${runtime} ${written}; ${floor.atLeast} or later is asked for ${floor.why}`,
			remedy: `Bring ${runtime} to ${floor.atLeast} or later on ${name}, with the node drained.`
		}];
	})
};
/** The first floor that the runtime is below: graver ones stand first. */
function floorFor(runtime, written, hops) {
	const version = (0, import_semver.coerce)(written);
	if (version === null) return void 0;
	return FLOORS$1.find((floor) => floor.runtime === runtime && hops.some(({ to }) => isAtLeastMinor(to, floor.since)) && (0, import_semver.compare)(version, floor.atLeast) < 0);
}
// src/plan/checks/custom-resources.ts
/** A version that objects are stored as and that nobody serves any more is in the way of the next change of the definition. */
const storedVersions = {
	id: "stored-versions",
	about: "Custom resources are established, and stored in versions that are served.",
	severity: "warning",
	evidence: "The versions and the status of CustomResourceDefinitions.",
	remedy: "Rewrite the objects, then take the old version out of status.storedVersions.",
	find: ({ observation: { extensions } }) => extensions.known ? extensions.value.customResources.flatMap(judgeStored) : []
};
function judgeStored({ crd, established, served, stored }) {
	const object = `CustomResourceDefinition/${crd}`;
	if (!established) return [{
		severity: "warning",
		object,
		message: "is not established: its objects are not served",
		remedy: `Look at its conditions: kubectl describe crd ${crd}`
	}];
	const unserved = stored.filter((version) => !served.includes(version));
	if (unserved.length === 0) return [];
	return [{
		severity: "warning",
		object,
		message: `may hold objects stored as ${unserved.join(", ")}, which ${unserved.length === 1 ? "is" : "are"} not served any more`,
		remedy: `Rewrite them (kubectl get ${crd} -A -o json | kubectl replace -f -), then set status.storedVersions without ${unserved.join(", ")}.`
	}];
}
// src/plan/api-uses.ts
/** Every use that the evidence shows. */
function apiUses(evidence) {
	return [
		...requestUses(evidence),
		...evidence.objects.flatMap(({ found }) => found.known ? found.value.uses.flatMap(objectUse) : []),
		...evidence.releases.flatMap(({ found }) => found.known ? found.value.flatMap(releaseUses) : []),
		...manifestUses(evidence)
	];
}
/** Requests that the garbage collector and the namespace controller make of every kind that can be listed and deleted. */
const OWN_VERBS = [
	"LIST",
	"WATCH",
	"DELETECOLLECTION"
];
function requestUses({ requests }) {
	const asked = requests.flatMap(({ node, found }) => found.known ? found.value.apis.map((requested) => ({
		node,
		...requested
	})) : []);
	return [...Map.groupBy(asked, ({ api, resource }) => `${api} ${resource}`).values()].flatMap((servers) => {
		const [{ api, resource }] = servers;
		const entry = deprecatedResource(api, resource);
		if (entry === void 0) return [];
		const verbs = [...new Set(servers.flatMap((server) => server.verbs))].toSorted();
		const own = servers.every((server) => server.preferred && server.verbs.every((verb) => OWN_VERBS.includes(verb)));
		const nodes = servers.map(({ node }) => node).join(", ");
		return [{
			entry,
			object: resourceName$1(entry),
			by: own ? "own" : "requests",
			how: own ? `was only asked for as the garbage collector and other controllers of Kubernetes do (${verbs.join(", ")} on ${nodes})` : `is asked for by clients (${verbs.join(", ")} on ${nodes})`,
			remedy: "Find the clients by the annotation k8s.io/deprecated in the audit log, or by the managers that wrote such objects"
		}];
	});
}
function objectUse({ api, kind, namespace, name, by, trace, at }) {
	const entry = deprecatedKind(api, kind);
	if (entry === void 0) return [];
	const when = at === void 0 ? "" : ` on ${at.slice(0, 10)}`;
	return [{
		entry,
		object: [
			kind,
			namespace,
			name
		].filter((part) => part !== void 0).join("/"),
		by: "text",
		how: trace === "last-applied" ? `was applied with ${api} by ${by}${when}` : `was last written with ${api} by ${by}${when}`,
		remedy: `Change what ${by} writes it from`
	}];
}
function releaseUses({ namespace, name, revision, objects }) {
	if (!objects.known) return [];
	return [...Map.groupBy(objects.value, ({ api, kind }) => `${api} ${kind}`).values()].flatMap((same) => {
		const [{ api, kind }] = same;
		const entry = deprecatedKind(api, kind);
		if (entry === void 0) return [];
		const named = same.map((object) => object.name === "" ? kind : `${kind}/${object.name}`);
		return [{
			entry,
			object: `Helm release ${namespace}/${name}`,
			by: "text",
			how: `has ${named.join(", ")} with ${api} in its revision ${revision}`,
			remedy: "Upgrade the release to a chart that is written otherwise; the plug-in mapkubeapis mends a release that Helm cannot read any more"
		}];
	});
}
function manifestUses({ manifests }) {
	return manifests.objects.flatMap(({ api, kind, name, location }) => {
		const entry = deprecatedKind(api, kind);
		if (entry === void 0) return [];
		return [{
			entry,
			object: name === "" ? kind : `${kind}/${name}`,
			by: "text",
			remedy: `Change line ${location.line} of ${location.file}`,
			location,
			how: `is written with ${api}`
		}];
	});
}
// src/plan/fate.ts
function fateOf({ deprecatedIn, removedIn }, hops) {
	const [first] = hops;
	const last = hops.at(-1);
	if (first === void 0 || last === void 0) return { kind: "stays" };
	if (isAtLeastMinor(first.from, removedIn)) return { kind: "gone" };
	const hop = hops.find(({ to }) => isAtLeastMinor(to, removedIn));
	if (hop !== void 0) return {
		kind: "removed",
		hop
	};
	return { kind: deprecatedIn !== void 0 && isAtLeastMinor(last.to, deprecatedIn) ? "deprecated" : "stays" };
}
// src/plan/checks/removed-apis.ts
/** Nothing uses an API version that a hop takes away. */
const removedApis = {
	id: "removed-apis",
	about: "No client, object, Helm release or manifest uses an API version that a target of the path does not serve.",
	severity: "blocking",
	evidence: "The requests that every API server counted, asked of each on its own host; managedFields and last-applied annotations of the kinds concerned; the newest revision of each Helm release; the repository's manifests in `spec.manifests`.",
	remedy: "Move what uses it to the version that replaces it, before the upgrade: `kubectl convert` rewrites manifests.",
	find: ({ observation: { evidence }, hops }) => evidence.known ? apiUses(evidence.value).flatMap((use) => findingOf$1(use, hops)) : []
};
function findingOf$1(use, hops) {
	const { entry, object, how, by, location } = use;
	const fate = fateOf(entry, hops);
	const placed = location === void 0 ? {} : { location };
	if (fate.kind === "gone" && by === "text") return [{
		severity: "warning",
		object,
		...placed,
		message: `${how}, which is not served since ${entry.removedIn}`,
		remedy: remedyOf(use, hops)
	}];
	if (fate.kind !== "removed") return [];
	const message = `${how}, which ${fate.hop.to} does not serve`;
	if (by === "own") return [{
		severity: "info",
		object,
		message,
		remedy: "Nothing to do."
	}];
	return [{
		severity: "blocking",
		object,
		message,
		remedy: remedyOf(use, hops),
		...placed
	}];
}
/** What to do, with the version to use instead; there is none before some hops. */
function remedyOf({ entry, remedy }, hops) {
	const { replacement, replacementSince, removedIn, kind } = entry;
	if (replacement === void 0) return `${remedy}: ${kind} has no other version, so it has to go.`;
	const from = hops[0]?.from;
	if (!(replacementSince !== void 0 && from !== void 0 && !isAtLeastMinor(from, replacementSince))) return `${remedy}: ${replacement} replaces it.`;
	return `${remedy}: ${replacement} replaces it, but only since ${replacementSince}. Take it away before ${removedIn}, and bring it back after.`;
}
// src/plan/checks/deprecated-apis.ts
/** What is used and will be gone some day after the path. */
const deprecatedApis = {
	id: "deprecated-apis",
	about: "Nothing uses an API version that the target still serves and a later release is to remove.",
	severity: "warning",
	evidence: "The same as for removed-apis.",
	remedy: "Move what uses it to the version that replaces it, while both are served.",
	find: ({ observation: { evidence }, hops }) => {
		if (!evidence.known) return [];
		return apiUses(evidence.value).filter(({ entry, by }) => by !== "own" && fateOf(entry, hops).kind === "deprecated").map((use) => ({
			severity: "warning",
			object: use.object,
			message: `${use.how}, which ${use.entry.removedIn} is not to serve any more`,
			remedy: remedyOf(use, hops),
			...use.location !== void 0 && { location: use.location }
		}));
	}
};
// src/plan/checks/amounts.ts
/** `120 MB`, or `3.4 GB` from a thousand on. */
function megabytes(bytes) {
	const whole = Math.max(0, Math.round(bytes / 1e6));
	return whole < 1e3 ? `${whole} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
function count(n, thing) {
	return `${n} ${thing}${n === 1 ? "" : "s"}`;
}
// src/plan/checks/disk-space.ts
const MB = 1e6;
/** What one hop adds to a directory: packages and images as releases from 1.33 on have them, packed and unpacked, rounded up. */
const PER_HOP = {
	"control-plane": {
		"/var/cache/apt/archives": 120 * MB,
		"/usr": 150 * MB,
		"/var/lib/containerd": 900 * MB,
		"/var/lib/containers": 900 * MB,
		"/var/lib/docker": 900 * MB,
		"/var/lib/etcd": 150 * MB,
		"/etc/kubernetes": 10 * MB
	},
	worker: {
		"/var/cache/apt/archives": 120 * MB,
		"/usr": 150 * MB,
		"/var/lib/containerd": 250 * MB,
		"/var/lib/containers": 250 * MB,
		"/var/lib/docker": 250 * MB
	}
};
const FEW_INODES = 5e3;
/** Every file system has room for what the hops bring, beyond what makes the kubelet evict pods. */
const diskSpace = {
	id: "disk-space",
	about: "File systems of hosts have room for packages, images, etcd, and the copies of etcd that kubeadm makes.",
	severity: "blocking",
	evidence: "Free space and inodes of those file systems, the size of etcd, and the eviction thresholds of the kubelet.",
	remedy: "Free space: `apt-get clean`, `crictl rmi --prune`, and old copies in /etc/kubernetes/tmp.",
	find: ({ observation, hops }) => perHost(observation, (facts, { name, role }) => {
		return [...Map.groupBy(facts.disks, ({ mount }) => mount)].flatMap(([mount, disks]) => judge$3(`Node/${name}: ${mount}`, disks, needOf(disks, facts, role, hops.length), facts));
	})
};
/** kubeadm copies the whole of etcd's directory to /etc/kubernetes/tmp, and leaves it there (kubernetes/kubernetes#125357). */
function needOf(disks, { etcdDataBytes }, role, hops) {
	return disks.reduce((sum, { path }) => {
		const copies = path === "/etc/kubernetes" ? etcdDataBytes : 0;
		return sum + hops * ((PER_HOP[role][path] ?? 0) + copies);
	}, 0);
}
function judge$3(object, disks, need, facts) {
	const [disk] = disks;
	if (disk === void 0 || need === 0) return [];
	const { freeBytes, sizeBytes, freeInodes } = disk;
	const remedy = `Free space on ${disk.mount}: it holds ${disks.map(({ path }) => path).join(", ")}.`;
	if (freeBytes < need) return [{
		severity: "blocking",
		object,
		message: `has ${megabytes(freeBytes)} free, and the upgrade needs about ${megabytes(need)}`,
		remedy
	}];
	if (freeInodes < FEW_INODES) return [{
		severity: "blocking",
		object,
		message: `has only ${count(freeInodes, "inode")} free, and every file of a package or an image takes one`,
		remedy
	}];
	const threshold = evictionThreshold(disks, sizeBytes, facts);
	if (freeBytes - need >= threshold) return [];
	return [{
		severity: "warning",
		object,
		message: `would have ${megabytes(freeBytes - need)} free once the upgrade has taken ${megabytes(need)}: below ${megabytes(threshold)} the kubelet evicts pods`,
		remedy
	}];
}
const IMAGES = [
	"/var/lib/containerd",
	"/var/lib/containers",
	"/var/lib/docker"
];
/** Defaults of the kubelet: pkg/kubelet/apis/config/v1beta1/defaults_linux.go, DefaultEvictionHard. */
const DEFAULTS = {
	"nodefs.available": "10%",
	"imagefs.available": "15%"
};
function evictionThreshold(disks, sizeBytes, { kubelet }) {
	const set = kubelet.known ? kubelet.value.evictionHard : {};
	const setting = (signal) => set[signal] ?? (Object.keys(set).length === 0 ? DEFAULTS[signal] : "0");
	const signals = [...disks.some(({ path }) => path === "/var/lib/kubelet") ? [setting("nodefs.available")] : [], ...disks.some(({ path }) => IMAGES.includes(path)) ? [setting("imagefs.available")] : []];
	return Math.max(0, ...signals.map((text) => amountOf(text, sizeBytes)));
}
const UNITS = {
	"": 1,
	k: 1e3,
	M: 1e6,
	G: 1e9,
	Ki: 1024,
	Mi: 2 ** 20,
	Gi: 2 ** 30,
	Ti: 2 ** 40
};
/** `10%` of a size, or a quantity such as `1Gi`; anything else counts as nothing. */
function amountOf(text, sizeBytes) {
	const [, number = "0", unit = ""] = /^([\d.]+)(%|[kMG]|[KMGT]i)?$/.exec(text) ?? [];
	return unit === "%" ? Number(number) / 100 * sizeBytes : Number(number) * (UNITS[unit] ?? 0);
}
// src/plan/checks/encryption.ts
/** A backup holds every Secret of the cluster. */
const backupEncrypted = {
	id: "backup-encrypted",
	about: "The backup is encrypted: it holds every Secret and the keys of the cluster.",
	severity: "warning",
	evidence: "The cluster file.",
	remedy: "Name an age recipient in `spec.backup.encryptTo`.",
	find: ({ config }) => {
		if (config.backup.encryptTo.length > 0) return [];
		return [{
			severity: "warning",
			object: config.backup.store,
			message: "takes the backup unencrypted, with every Secret and the private keys of the control plane in it",
			remedy: "Make a key with age-keygen, keep it apart from the cluster, and name its recipient in spec.backup.encryptTo."
		}];
	}
};
// src/plan/checks/encryption-at-rest.ts
/** Providers that keep their keys in the file itself. */
const LOCAL_KEYS = [
	"aescbc",
	"aesgcm",
	"secretbox"
];
/** A restored snapshot is worth no more than the keys to it. */
const encryptionAtRest = {
	id: "encryption-at-rest",
	about: "All API servers encrypt what they store alike, and a backup holds what is needed to read it.",
	severity: "unknown",
	evidence: "The EncryptionConfiguration of each control-plane host, without its keys.",
	remedy: "Finish a change of keys on all control planes before an upgrade, and seal the backup.",
	find: (input) => {
		return [
			...perHost(input.observation, ({ encryption }, { name }) => {
				if (encryption === void 0) return [];
				if (encryption.known) return judge$2(encryption.value, name);
				return [{
					severity: "unknown",
					message: `its encryption at rest is not known: ${encryption.reason}`,
					remedy: "Make the file readable as the API server names it in --encryption-provider-config."
				}];
			}),
			...unlike(input.observation),
			...unsealed(input)
		];
	}
};
function judge$2({ path, rules }, node) {
	const object = `Node/${node}: ${path}`;
	const findings = [];
	const opening = rules.filter(({ providers: [first, ...rest] }) => first === "identity" && rest.length > 0);
	if (opening.length > 0) findings.push({
		severity: "warning",
		object,
		message: `writes ${opening.flatMap(({ resources }) => resources).join(", ")} in plain text, and still reads them encrypted: a change is under way`,
		remedy: "Rewrite the objects (kubectl get secrets -A -o json | kubectl replace -f -), then take the old provider out."
	});
	if (rules.some(({ providers }) => providers.includes("kms v1"))) findings.push({
		severity: "warning",
		object,
		message: "uses KMS v1, which is off by default since 1.29 and on its way out",
		remedy: "Move to KMS v2, and rewrite the objects, before Kubernetes drops the feature gate KMSv1."
	});
	if (rules.some(({ providers }) => providers.some((kind) => kind.startsWith("kms ")))) findings.push({
		severity: "info",
		object,
		message: "keeps its keys in a key management service: a restored snapshot needs it to be read",
		remedy: "Make sure that the service and its key outlive the cluster."
	});
	return findings;
}
/** Control planes that cannot read each other's data. */
function unlike({ nodes }) {
	const digests = nodes.filter(({ role, host }) => role === "control-plane" && host.known).flatMap(({ name, host }) => {
		const encryption = host.known ? host.value.facts.encryption : void 0;
		if (encryption === void 0) return [{
			name,
			sha256: "none"
		}];
		return encryption.known ? [{
			name,
			sha256: encryption.value.sha256
		}] : [];
	});
	const groups = [...Map.groupBy(digests, ({ sha256 }) => sha256).values()];
	if (groups.length < 2) return [];
	return [{
		severity: "blocking",
		object: "EncryptionConfiguration",
		message: `differs between control planes (${groups.map((group) => group.map(({ name }) => name).join(" and ")).join(" against ")}): one may not read what another wrote`,
		remedy: "Bring the same file to all control-plane hosts, and restart their API servers one by one."
	}];
}
function unsealed({ observation, config }) {
	if (config.backup.encryptTo.length > 0 || config.backup.plainKeys) return [];
	if (!observation.nodes.some(({ host }) => {
		const encryption = host.known ? host.value.facts.encryption : void 0;
		return encryption?.known === true && encryption.value.rules.some(({ providers }) => providers.some((kind) => LOCAL_KEYS.includes(kind)));
	})) return [];
	return [{
		severity: "blocking",
		object: "spec.backup.encryptTo",
		message: "names nobody, so the backup would hold the keys of the encryption at rest in plain text, and is refused",
		remedy: "Name age recipients there; or set spec.backup.plainKeys where the store itself keeps them safe."
	}];
}
// src/plan/checks/etcd.ts
const OBJECT = "etcd";
/** etcd is whole, and stays able to write while one member restarts. */
const etcdHealthy = {
	id: "etcd-healthy",
	about: "Every member of etcd is started and healthy, none is a learner, no alarm is raised, and one member may go away.",
	severity: "blocking",
	evidence: "The member list, status and alarms of etcd, asked of every member itself.",
	remedy: "Mend, promote or remove the member, and clear the alarm, before anything is upgraded.",
	mandatory: true,
	find: ({ observation: { etcd } }) => {
		if (etcd.known) return [
			...membersOf(etcd.value),
			...alarmsOf(etcd.value),
			...quorumOf(etcd.value)
		];
		return [{
			severity: "unknown",
			object: OBJECT,
			message: `its state could not be read: ${etcd.reason}`,
			remedy: "Make etcd reachable from a control-plane host with the certificates that its API server uses (--etcd-certfile), and plan again."
		}];
	}
};
function membersOf({ members }) {
	return members.flatMap(({ id, name, learner, healthy }) => {
		const object = `etcd member ${name === "" ? id : name}`;
		if (!healthy) return [{
			severity: "blocking",
			object,
			message: name === "" ? "was added but never started" : "is not healthy",
			remedy: "Start or remove it: etcdctl endpoint status, etcdctl member list."
		}];
		if (!learner) return [];
		return [{
			severity: "blocking",
			object,
			message: "is a learner, which counts for no quorum",
			remedy: "Promote it with etcdctl member promote, or remove it."
		}];
	});
}
function alarmsOf({ alarms }) {
	return alarms.map((alarm) => ({
		severity: "blocking",
		object: OBJECT,
		message: `raises the alarm ${alarm}`,
		remedy: "For NOSPACE free space by compaction and defragmentation, then etcdctl alarm disarm; for CORRUPT replace the member."
	}));
}
function quorumOf({ topology, members }) {
	if (topology === "external") return [];
	const voters = members.filter(({ learner }) => !learner);
	if (voters.length === 1) return [{
		severity: "info",
		object: OBJECT,
		message: "has a single member: the API does not answer while it restarts, for a minute or so",
		remedy: "Nothing to do; three control-plane nodes would keep it answering."
	}];
	const quorum = Math.floor(voters.length / 2) + 1;
	const left = voters.filter(({ healthy }) => healthy).length - 1;
	if (left >= quorum) return [];
	return [{
		severity: "blocking",
		object: OBJECT,
		message: `would lose its quorum when one member restarts: ${left} healthy of ${voters.length} would be left, ${quorum} are needed`,
		remedy: voters.length === 2 ? "Add a third member, or remove one." : "Mend the unhealthy members first."
	}];
}
// src/plan/checks/etcd-floor.ts
/**
* Versions that an etcd member needs before the next etcd minor.
* 3.5: 3.6 turns learners that 3.5 lost track of into broken quorums (etcd-io/etcd#19557).
* 3.6: asked for by etcd's upgrade guide to 3.7. It only warns, since no kubeadm of 1.36 brings 3.6.11 (1.36.4: 3.6.8) and
* kubeadm 1.37 takes the step from there (cmd/kubeadm/app/constants, SupportedEtcdVersion). Reviewed up to Kubernetes 1.37.
*/
const FLOORS = [{
	from: "1.34",
	minor: "3.5",
	atLeast: "3.5.26",
	severity: "blocking",
	why: "before etcd 3.6, which could lose its quorum otherwise"
}, {
	from: "1.37",
	minor: "3.6",
	atLeast: "3.6.11",
	severity: "warning",
	why: "before etcd 3.7, as its upgrade guide asks"
}];
/** Members of etcd are new enough for the etcd that comes with a hop. */
const etcdFloor = {
	id: "etcd-floor",
	about: "Members of etcd have the patch that the next minor of etcd asks for.",
	severity: "blocking",
	evidence: "The version that each member of etcd reports, and the hops of the plan.",
	remedy: "Bring etcd to the patch that is asked for before the hop.",
	find: ({ observation: { etcd }, hops }) => {
		if (!etcd.known || etcd.value.topology === "external") return [];
		const floors = FLOORS.filter(({ from }) => hops.some((hop) => crosses(hop, from)));
		return etcd.value.members.flatMap(({ name, version }) => floors.filter((floor) => isBelow(version, floor)).map((floor) => asFinding$1(name, version, floor)));
	}
};
function crosses({ from, to }, minor) {
	return !isAtLeastMinor(from, minor) && isAtLeastMinor(to, minor);
}
function isBelow(text, { minor, atLeast }) {
	const version = (0, import_semver.parse)(text);
	return version !== null && `${version.major}.${version.minor}` === minor && (0, import_semver.compare)(version, atLeast) < 0;
}
function asFinding$1(name, version, { atLeast, severity, why }) {
	return {
		severity,
		object: `etcd member ${name}`,
		message: `runs etcd ${version}; ${atLeast} is asked for ${why}`,
		remedy: `Set etcd.local.imageTag to ${atLeast}-0 in ConfigMap/kube-system/kubeadm-config and let kubeadm upgrade apply the present version.`
	};
}
// src/plan/checks/evictions.ts
/** The API server itself was asked to evict, without effect: it knows webhooks, policies and rights that no list shows. */
const evictionsAllowed = {
	id: "evictions-allowed",
	about: "The API server would evict the pods of drained nodes: no webhook, policy or missing right is in the way.",
	severity: "blocking",
	evidence: "Evictions with `dryRun: All`, one for all pods of a workload under the same budgets, at most 200 in a plan.",
	remedy: "Let the webhook or policy that is named allow evictions, or grant the right.",
	find: ({ observation: { rehearsal } }) => rehearsal === void 0 ? [] : findingsOf$1(rehearsal)
};
function findingsOf$1(rehearsal) {
	return [...onePerObject(rehearsal.answers.flatMap((one) => findingOf(one) ?? [])), ...leftOut(rehearsal)];
}
function findingOf({ workload, namespace, pod, answer }) {
	const asked = `the eviction of its pod ${pod}`;
	switch (answer.kind) {
		case "allowed":
		case "budget":
		case "overlap": return;
		case "leaving-namespace": return {
			severity: "info",
			object: `Namespace/${namespace}`,
			message: "is being deleted: a drain waits until its pods are gone",
			remedy: `Nothing to do, unless it stays: kubectl get namespace ${namespace} -o yaml tells what it waits for.`
		};
		case "denied": return {
			severity: "blocking",
			object: workload,
			message: `${asked} is denied by the webhook or policy ${answer.by}: ${answer.reason}`,
			remedy: `Do what ${answer.by} asks for, or let it allow the evictions of a drain.`
		};
		case "webhook-down": return {
			severity: "blocking",
			object: workload,
			message: `${asked} fails since the webhook ${answer.by} does not answer: ${answer.reason}`,
			remedy: "Mend what serves that webhook, or take its configuration away if nobody needs it."
		};
		case "no-dry-run": return {
			severity: "unknown",
			object: `webhook ${answer.by}`,
			message: "judges evictions and has side effects, so that it cannot be asked beforehand",
			remedy: "Set sideEffects: None or NoneOnDryRun on it if that is true, or accept this finding."
		};
		case "forbidden": return {
			severity: "unknown",
			object: "pods/eviction",
			message: `this user may not evict pods, not even without effect: ${answer.reason}`,
			remedy: `Grant ${describeGrant(PLAN_GRANTS.evictions)}; docs/rbac.yaml has every rule.`
		};
		case "busy":
		case "other": return {
			severity: "unknown",
			object: workload,
			message: `${asked} was answered with ${answer.reason}`,
			remedy: "Look at the API server and its log, and plan again."
		};
	}
}
function leftOut({ answers, covered, left }) {
	if (left === 0) return [];
	return [{
		severity: "info",
		object: "pods/eviction",
		message: `${answers.length} evictions were rehearsed, for ${covered} pods; the other ${left} are judged by their budgets alone`,
		remedy: "Nothing to do: workloads that budgets hold and one of each namespace were asked about first."
	}];
}
// src/plan/checks/feature-gates.ts
/** A component that is given a gate it does not know, or one that is locked, does not start (k8s.io/component-base/featuregate). */
const featureGates = {
	id: "feature-gates",
	about: "Every component takes the feature gates that it will be started with.",
	severity: "blocking",
	evidence: "The kubelet's --feature-gates on every host and those in kubeadm's ClusterConfiguration; featureGates in kubelet-config and kube-proxy, and in files of the kubelet's --config-dir.",
	remedy: "Take the gate out where the finding says it is written: what it turned on is on without it.",
	mandatory: true,
	find: (input) => refusals("gate", input).map(({ setting, object, program, to }) => {
		const why = hasGate(setting.name, to) ? `has locked ${setting.on ? "off" : "on"}` : "does not know";
		return {
			severity: "blocking",
			object,
			message: `turns the feature gate ${setting.name} ${setting.on ? "on" : "off"} (${placeOf(setting)}), which ${program} ${why}: it would not start`,
			remedy: `Take ${setting.name} out of ${placeOf(setting)}.`
		};
	})
};
// src/plan/checks/host-identity.ts
/** A wrong entry in spec.access.ssh.addresses would upgrade another node than the one that was drained. */
const hostIdentity = {
	id: "host-identity",
	about: "The host that answers for a node is that node.",
	severity: "blocking",
	evidence: "The name in the kubelet's client certificate on each host, `system:node:NAME`, or else its host name.",
	remedy: "Correct the address of the node in `spec.access.ssh.addresses`.",
	mandatory: true,
	find: ({ observation }) => perHost(observation, ({ kubeletName, hostname }, { name, address }) => {
		const own = kubeletName === "" ? hostname : kubeletName;
		if (own === "" || own === name || kubeletName === "" && own.split(".")[0] === name) return [];
		return [{
			severity: "blocking",
			message: `is reached at ${address}, but the host there is ${own}`,
			remedy: `Set spec.access.ssh.addresses.${name} to the address of ${name}.`
		}];
	})
};
// src/plan/checks/host-paths.ts
/** A drain takes hostPath volumes for no local data: what lies there stays behind when the pod goes elsewhere. */
const hostPaths = {
	id: "host-paths",
	about: "Tells which pods leave files of their node behind when they move.",
	severity: "info",
	evidence: "Volumes of the kind hostPath of the pods that drains evict.",
	remedy: "Keep such data in a PersistentVolume.",
	find: ({ evictions }) => onePerObject(evictions.filter(({ pod }) => pod.demand.hostPaths.length > 0).map(({ pod }) => ({
		severity: "info",
		object: ownerOf$1(pod),
		message: `uses directories of its node (${pod.demand.hostPaths.join(", ")}): on another node its pod finds other files`,
		remedy: "Nothing to do if these are the same on every node, or not its data."
	})))
};
// src/plan/checks/host-preflight.ts
/** What is looked for on each host once the hops are known; the provider itself finds it, in its preflight. */
const HOST_CHECKS = [
	{
		id: "host-tools",
		about: "Hosts have the programs that an upgrade runs there.",
		severity: "blocking",
		evidence: "A search in the PATH of each host.",
		remedy: "Install what is missing; Kubestair upgrades hosts with systemd and apt.",
		mandatory: true
	},
	{
		id: "host-preflight",
		about: "The look for packages could be taken on every host.",
		severity: "unknown",
		evidence: "A run of apt with lists of its own on each host, which changes nothing there.",
		remedy: "Do what the finding says, then plan again.",
		mandatory: true
	},
	{
		id: "package-repository",
		about: "Every host can use the package repository of every hop: it answers, and its signature holds.",
		severity: "blocking",
		evidence: "What apt on each host says about the repository of each minor, with its signing key.",
		remedy: "Let the host reach the repository, or set `spec.packages.repository` to a mirror.",
		mandatory: true
	},
	{
		id: "package-available",
		about: "The repository of every hop has kubeadm, kubelet and kubectl at its exact version.",
		severity: "blocking",
		evidence: "The offers of the repository of each minor, as apt on each host sees them.",
		remedy: "Choose a version that the repository has, or bring the mirror up to date.",
		mandatory: true
	}
];
// src/plan/checks/host-services.ts
/** Units by the scheme of nodeInfo.containerRuntimeVersion. */
const RUNTIME_UNITS = {
	containerd: "containerd",
	"cri-o": "crio",
	docker: "docker"
};
/** The kubelet and the container runtime run, and come back after a restart of the host. */
const hostServices = {
	id: "host-services",
	about: "The kubelet and the container runtime of every host are running, and start at boot.",
	severity: "blocking",
	evidence: "The state of their systemd units.",
	remedy: "Start and enable the unit: `systemctl enable --now UNIT`.",
	find: ({ observation }) => perHost(observation, ({ units }, node) => {
		const [scheme = ""] = node.containerRuntime.split("://");
		const wanted = ["kubelet", RUNTIME_UNITS[scheme] ?? ""];
		return units.filter(({ name }) => wanted.includes(name)).flatMap((unit) => judge$1(unit, node));
	})
};
function judge$1({ name, active, enabled }, node) {
	const object = `Node/${node.name}: ${name}.service`;
	if (!active) {
		const own = name === "kubelet" && node.cordonedBy !== void 0;
		return [{
			severity: own ? "warning" : "blocking",
			object,
			message: own ? `is not running; the run ${node.cordonedBy} was working on it` : "is not running",
			remedy: own ? "Nothing to do: the upgrade goes on with this node." : `Look at journalctl -u ${name} on ${node.name}, then systemctl start ${name}.`
		}];
	}
	if (enabled) return [];
	return [{
		severity: "warning",
		object,
		message: "runs, but does not start at boot: the node would not come back from a restart",
		remedy: `On ${node.name}: systemctl enable ${name}`
	}];
}
// src/plan/checks/host-state.ts
/** What would stop packages from being installed, or files from being written. */
const hostState = {
	id: "host-state",
	about: "Hosts can be written to, dpkg has finished what it began, and no restart is due.",
	severity: "blocking",
	evidence: "The mounts of /usr, /etc, /var/lib/kubelet and /var/lib/dpkg, the states of packages, and /run/reboot-required.",
	remedy: "Mend the file system, finish with `dpkg --configure -a`, or restart the host.",
	find: ({ observation }) => perHost(observation, ({ readOnly, brokenPackages, rebootRequired }) => {
		const findings = [];
		if (readOnly.length > 0) findings.push({
			severity: "blocking",
			message: `cannot be written to: ${readOnly.join(", ")} ${readOnly.length === 1 ? "is" : "are"} read-only`,
			remedy: "Look for errors of the disk with dmesg; a file system is mounted read-only when it is damaged."
		});
		if (brokenPackages.length > 0) findings.push({
			severity: "blocking",
			message: `dpkg has left ${brokenPackages.join(", ")} half-way, and installs nothing else before`,
			remedy: "Finish on the host: dpkg --configure -a, then apt-get install -f."
		});
		if (rebootRequired) findings.push({
			severity: "info",
			message: "waits for a restart, for a newer kernel or library",
			remedy: "Restart it before or after the upgrade, drained: the upgrade itself restarts no host."
		});
		return findings;
	})
};
// src/plan/checks/hosts.ts
/** Every host that the plan works on could be looked at. */
const hostsReached = {
	id: "hosts-reached",
	about: "Every host that the plan works on answers and could be looked at.",
	severity: "unknown",
	evidence: "One look over SSH at each host that the plan works on.",
	remedy: "Let Kubestair reach the host as `spec.access.ssh` says.",
	mandatory: true,
	find: ({ observation, steps }) => {
		const concerned = new Set(steps.map(({ node }) => node));
		return observation.nodes.flatMap(({ name, host }) => {
			if (host.known || !concerned.has(name)) return [];
			return [{
				severity: "unknown",
				object: `Node/${name}`,
				message: `its host could not be looked at: ${host.reason}`,
				remedy: host.next ?? "Check spec.access.ssh in the cluster file, then plan again.",
				...host.code !== void 0 && { code: host.code }
			}];
		});
	}
};
// src/plan/checks/kernel.ts
/** kubeadm of this minor and later asks for them, in its preflight of every upgrade: k8s.io/system-validators v1.12.1, DefaultSysSpec. */
const SINCE = "1.35";
const SUPPORTED = [
	/^5\.4/,
	/^5\.10/,
	/^5\.15/,
	/^([6-9]|[1-9]\d+)\.\d+\.\d+/
];
/** The preflight check of kubeadm that fails otherwise. */
const PREFLIGHT = "systemverification";
/** Kernels are among those that kubeadm takes. */
const kernel = {
	id: "kernel",
	about: `Kernels of hosts are ones that kubeadm takes from ${SINCE} on: 5.4, 5.10, 5.15, or 6 and later.`,
	severity: "blocking",
	evidence: "The release of the running kernel of each host, and the hops of the plan. Reviewed up to Kubernetes 1.37.",
	remedy: "Boot a newer kernel, or add SystemVerification to `spec.kubeadm.ignorePreflightErrors`.",
	find: ({ observation, hops, config }) => {
		if (!hops.some(({ to }) => isAtLeastMinor(to, SINCE))) return [];
		const ignored = config.kubeadm.ignorePreflightErrors.some((name) => name.toLowerCase() === PREFLIGHT);
		return perHost(observation, (facts) => {
			if (facts.kernel === "" || SUPPORTED.some((form) => form.test(facts.kernel))) return [];
			return [{
				severity: ignored ? "warning" : "blocking",
				message: `runs the kernel ${facts.kernel}, which kubeadm's preflight refuses`,
				remedy: ignored ? "Boot a supported kernel when you can: spec.kubeadm.ignorePreflightErrors lets it pass for now." : "Boot a kernel of 5.4, 5.10, 5.15 or 6 and later, or ignore SystemVerification in spec.kubeadm."
			}];
		});
	}
};
// src/cluster/components.ts
const KUBERNETES_COMPONENTS$1 = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler"
];
/** Every component of a cluster that the version skew policy speaks of, as far as it was observed. */
function componentsOf(observation) {
	const components = observation.nodes.flatMap(componentsOfNode);
	if (components.some(({ kind }) => kind === "kube-apiserver")) return components;
	return [{
		kind: "kube-apiserver",
		object: "API server",
		version: observation.apiServerVersion,
		talksTo: "local"
	}, ...components];
}
/**
* The components on one node. On a kubeadm control-plane node everything talks to the API server beside it:
* controller manager and scheduler by their kubeconfig (kubeadm phases/kubeconfig, getKubeConfigSpecsBase), the kubelet
* by ControlPlaneKubeletLocalMode (on since 1.33, locked since 1.35), which an upgrade also sets (phases/upgrade/postupgrade.go).
*/
function componentsOfNode(node) {
	const controlPlane = node.role === "control-plane";
	const kubelet = {
		kind: "kubelet",
		object: `Node/${node.name}`,
		node: node.name,
		version: node.kubelet,
		talksTo: controlPlane ? "local" : "any"
	};
	return [
		...staticPodsOf(node),
		kubelet,
		...proxyOf(node),
		...kubectlOf(node)
	];
}
/** kubectl as people find it on the host. */
function kubectlOf({ name, host }) {
	if (!host.known) return [];
	const version = versionOfTag(host.value.packages.kubectl.version.replace(/^\d+:/, "").replace(/-[^-]*$/, ""));
	if (version === void 0) return [];
	return [{
		kind: "kubectl",
		object: `kubectl on ${name}`,
		node: name,
		version,
		talksTo: "any"
	}];
}
function staticPodsOf(node) {
	const { components } = node;
	if (!components.known) return [];
	return KUBERNETES_COMPONENTS$1.flatMap((kind) => {
		const version = versionOfTag(components.value[kind]);
		if (version === void 0) return [];
		return [{
			kind,
			object: `Pod/kube-system/${kind}-${node.name}`,
			node: node.name,
			version,
			talksTo: "local"
		}];
	});
}
function proxyOf(node) {
	if (!node.kubeProxy.known) return [];
	return [{
		kind: "kube-proxy",
		object: `DaemonSet/kube-system/kube-proxy on ${node.name}`,
		node: node.name,
		version: node.kubeProxy.value,
		talksTo: "any"
	}];
}
// src/plan/checks/kubeadm.ts
const RECORD$1 = "ConfigMap/kube-system/kubeadm-config";
/**
* What kubeadm needs and no force gets around: its record of the cluster, a control plane that it made, and hops that it takes.
* Source: cmd/kubeadm/app/phases/upgrade/policy.go, EnforceVersionPolicies; the order of versions is planPath()'s.
*/
const kubeadmRules = {
	id: "kubeadm-rules",
	about: "kubeadm's record of the cluster can be read and fits, and the control plane is made of its static pods.",
	severity: "unknown",
	evidence: "kubeadm's ClusterConfiguration, and the images of the control plane's static pods.",
	remedy: "Bring the ConfigMap and the static pods back to the form that kubeadm gave them.",
	mandatory: true,
	find: ({ observation }) => [...recordFindings(observation), ...staticPodFindings(observation)]
};
function recordFindings(observation) {
	const { configuredVersion: record } = observation;
	if (!record.known) return [{
		severity: "unknown",
		object: RECORD$1,
		message: `its kubernetesVersion could not be read: ${record.reason}`,
		remedy: record.next ?? "Only clusters made by kubeadm have it: check with kubectl -n kube-system get configmap kubeadm-config."
	}];
	const newest = newestServer(observation);
	if (minorsBetween(newest, record.value) <= 0) return [];
	return [{
		severity: "warning",
		object: RECORD$1,
		message: `says ${record.value}, but the newest API server is at ${newest}`,
		remedy: "Nothing to do if an upgrade was cut off: going on writes it anew."
	}];
}
function newestServer(observation) {
	return newestOf(componentsOf(observation).filter(({ kind }) => kind === "kube-apiserver").map(({ version }) => version)) ?? observation.apiServerVersion;
}
function staticPodFindings({ nodes }) {
	return nodes.flatMap(({ name, role, components }) => {
		if (role === "worker" || components.known) return [];
		return [{
			severity: "unknown",
			object: `Node/${name}`,
			message: `the versions of its control plane could not be read: ${components.reason}`,
			remedy: "Check that kube-apiserver, kube-controller-manager and kube-scheduler run there as static pods."
		}];
	});
}
// src/plan/checks/kubelet-config.ts
const RECORD = "ConfigMap/kube-system/kubelet-config";
/**
* Written by kubeadm itself for each host: componentconfigs/kubelet.go, Mutate, where systemd-resolved runs; instance-config.yaml
* (phases/kubelet/config.go, applyKubeletConfigPatchFromFile).
*/
const PER_HOST = ["resolvConf", "containerRuntimeEndpoint"];
/** `kubeadm upgrade` writes the cluster's configuration over the one of each host. */
const kubeletConfig = {
	id: "kubelet-config",
	about: "The configuration of each kubelet is the one of the cluster, which an upgrade writes anew on every host.",
	severity: "unknown",
	evidence: "ConfigMap/kube-system/kubelet-config, and /var/lib/kubelet/config.yaml on each host.",
	remedy: "Move what all kubelets should have to the ConfigMap; what one host needs goes to a drop-in directory of its kubelet.",
	find: ({ observation }) => {
		const { kubeletConfig: cluster } = observation;
		const hosts = perHost(observation, ({ kubelet }, { name }) => {
			const object = `Node/${name}: /var/lib/kubelet/config.yaml`;
			if (!kubelet.known) {
				const remedy = `Compare it with ${RECORD}: kubeadm upgrade node phase kubelet-config writes it anew.`;
				return [{
					severity: "unknown",
					object,
					message: kubelet.reason,
					remedy
				}];
			}
			const own = cluster.known ? differences(kubelet.value, cluster.value) : [];
			if (own.length === 0) return [];
			return [{
				severity: "warning",
				object,
				message: `differs from ${RECORD} in ${own.join(", ")}, which the upgrade overwrites`,
				remedy: `Put it into ${RECORD} if all nodes should have it; else into a drop-in that --config-dir of that kubelet names.`
			}];
		});
		if (cluster.known) return hosts;
		const remedy = cluster.next ?? "Bring it back with kubeadm init phase upload-config kubelet.";
		return [{
			severity: "unknown",
			object: RECORD,
			message: cluster.reason,
			remedy
		}, ...hosts];
	}
};
function differences({ digests: own }, { digests: cluster }) {
	return [.../* @__PURE__ */ new Set([...Object.keys(own), ...Object.keys(cluster)])].filter((name) => !PER_HOST.includes(name) && own[name] !== cluster[name]).toSorted();
}
// src/plan/checks/local-data.ts
/** Pods with emptyDir volumes are evicted only where the cluster file says so. Source: kubectl drain, localStorageFilter. */
const emptyDirs = {
	id: "empty-dirs",
	about: "Pods of drained nodes have no emptyDir volumes, or the cluster file gives them up.",
	severity: "blocking",
	evidence: "Volumes of the pods that drains evict.",
	remedy: "If that data may go, set `spec.drain.deleteEmptyDir: true`.",
	find: ({ evictions, config }) => onePerObject(evictions.filter(({ pod }) => pod.emptyDirs.length > 0).map(({ pod }) => {
		const volumes = pod.emptyDirs.join(", ");
		return config.drain.deleteEmptyDir ? {
			severity: "info",
			object: ownerOf$1(pod),
			message: `loses what it keeps in emptyDir volumes (${volumes})`,
			remedy: "Nothing to do: spec.drain.deleteEmptyDir gives it up."
		} : {
			severity: "blocking",
			object: ownerOf$1(pod),
			message: `keeps data in emptyDir volumes (${volumes}), which an eviction deletes`,
			remedy: "If that data may go, set spec.drain.deleteEmptyDir: true."
		};
	}))
};
// src/plan/checks/machine-ids.ts
/** Clones that kept the id of their template. Source: kubeadm's installation guide, "Verify the MAC address and product_uuid are unique". */
const machineIds = {
	id: "machine-ids",
	about: "Every host has a machine id of its own.",
	severity: "warning",
	evidence: "/etc/machine-id on each host.",
	remedy: "Give the clone an id of its own with systemd-machine-id-setup, then restart it.",
	find: ({ observation }) => {
		const known = observation.nodes.filter(({ host }) => host.known);
		const byId = Map.groupBy(known, ({ host }) => host.known ? host.value.facts.machineId : "");
		return perHost(observation, ({ machineId }, { name }) => {
			const others = (byId.get(machineId) ?? []).filter((node) => node.name !== name);
			if (machineId === "" || others.length === 0) return [];
			const names = others.slice(0, 3).map((node) => node.name);
			const more = others.length > names.length ? ` and ${others.length - names.length} more` : "";
			return [{
				severity: "warning",
				message: `has the same machine id as ${names.join(", ")}${more}: leases of addresses and journals of the two get mixed up`,
				remedy: `On ${name}: rm /etc/machine-id && systemd-machine-id-setup, then restart the host.`
			}];
		});
	}
};
// src/plan/checks/node-taints.ts
/** Taints by which others say that a node is about to go, or is not one yet. What they say of its health its conditions say too. */
const MEANINGS = {
	"node.kubernetes.io/out-of-service": {
		severity: "blocking",
		message: "is tainted as out of service: its pods were deleted by force and its volumes detached",
		remedy: (node) => `Remove the node, or bring its host back and take the taint away: kubectl taint node ${node} node.kubernetes.io/out-of-service-`
	},
	"node.cloudprovider.kubernetes.io/uninitialized": {
		severity: "blocking",
		message: "still waits for its cloud provider to set it up: no pod can move there",
		remedy: () => "Look at the cloud-controller-manager."
	},
	"node.cloudprovider.kubernetes.io/shutdown": {
		severity: "blocking",
		message: "is shut down, as its cloud provider says",
		remedy: () => "Start the machine, or remove the node."
	},
	ToBeDeletedByClusterAutoscaler: {
		severity: "blocking",
		message: "is about to be deleted by the cluster autoscaler",
		remedy: () => "Let it finish, or pause the autoscaler for the upgrade; then plan again."
	},
	DeletionCandidateOfClusterAutoscaler: {
		severity: "warning",
		message: "may soon be deleted by the cluster autoscaler",
		remedy: () => "Pause the autoscaler for the upgrade."
	},
	"karpenter.sh/disrupted": {
		severity: "blocking",
		message: "is about to be replaced by Karpenter",
		remedy: () => "Let it finish, or pause disruption for the upgrade; then plan again."
	}
};
/** Nobody else is taking a node away. */
const nodeTaints = {
	id: "node-taints",
	about: "No taint says that a node is out of service, not set up yet, or about to be deleted by somebody else.",
	severity: "blocking",
	evidence: "The taints of each Node.",
	remedy: "Let whoever set the taint finish, or remove it.",
	find: ({ observation }) => observation.nodes.flatMap(({ name, scheduling: { taints } }) => [...new Set(taints.map(({ key }) => key))].flatMap((key) => {
		const meaning = MEANINGS[key];
		if (meaning === void 0) return [];
		const { severity, message, remedy } = meaning;
		return [{
			severity,
			object: `Node/${name}`,
			message,
			remedy: remedy(name)
		}];
	}))
};
// src/plan/checks/nodes.ts
/** Every node is Ready and without pressure, and nobody else keeps one cordoned. */
const nodesReady = {
	id: "nodes-ready",
	about: "Every node is Ready, without pressure on memory, disk or PIDs, and not cordoned by somebody else.",
	severity: "blocking",
	evidence: "The conditions, the cordon and the annotations of each Node.",
	remedy: "Mend the node, or remove the cordon that nobody needs any more.",
	find: ({ observation }) => observation.nodes.flatMap((node) => [...problemsOf(node), ...foreignCordon(node)])
};
function problemsOf(node) {
	if (node.problems.length === 0) return [];
	const object = `Node/${node.name}`;
	const message = `has ${node.problems.join(", ")}`;
	if (node.cordonedBy !== void 0) return [{
		severity: "warning",
		object,
		message: `${message}; the run ${node.cordonedBy} was working on it`,
		remedy: "Nothing to do: the upgrade goes on with this node."
	}];
	return [{
		severity: "blocking",
		object,
		message,
		remedy: `Find out why with kubectl describe node ${node.name}, mend it, and plan again.`
	}];
}
function foreignCordon({ name, unschedulable, cordonedBy }) {
	if (!unschedulable || cordonedBy !== void 0) return [];
	return [{
		severity: "warning",
		object: `Node/${name}`,
		message: "is cordoned, and not by Kubestair: it is upgraded, stays cordoned, and takes no pods of other nodes",
		remedy: `If nobody needs the cordon any more: kubectl uncordon ${name}`
	}];
}
// src/plan/checks/overlapping-budgets.ts
/** The eviction API answers 500 for a pod under two budgets. Source: pkg/registry/core/pod/storage/eviction.go, v1.36. */
const overlappingBudgets = {
	id: "overlapping-budgets",
	about: "No pod that a drain evicts has two PodDisruptionBudgets.",
	severity: "blocking",
	evidence: "The selectors of PodDisruptionBudgets, and the labels of the pods that drains evict.",
	remedy: "Let only one budget select each pod.",
	find: ({ evictions }) => onePerObject(evictions.filter(({ pod, budgets }) => budgets.length > 1 && pod.phase !== "Pending").map(({ pod, budgets }) => ({
		severity: "blocking",
		object: ownerOf$1(pod),
		message: `has pods under several budgets (${budgets.map(budgetName).join(", ")}), which the eviction API refuses`,
		remedy: "Delete one of these budgets, or narrow its selector, so that only one selects each pod."
	})))
};
// src/plan/checks/own-pod.ts
/** A drain never evicts the pod that Kubestair runs in, so its node could not be drained. */
const ownPod = {
	id: "own-pod",
	about: "Kubestair does not run in a pod on a node that it would drain.",
	severity: "blocking",
	evidence: "The environment (POD_NAME and POD_NAMESPACE, or HOSTNAME inside of a cluster) and the pods on drained nodes.",
	remedy: "Run it outside of the cluster.",
	mandatory: true,
	find: ({ steps, observation }) => {
		const drained = nodesDrained(steps);
		return observation.pods.filter(({ own, node }) => own === true && drained.has(node)).map(({ namespace, name, node }) => ({
			severity: "blocking",
			object: `Node/${node}`,
			message: `Kubestair itself runs on it, in pod ${namespace}/${name}, and would have to evict itself`,
			remedy: "Run it on a machine outside of the cluster, or on a node that the plan does not drain."
		}));
	}
};
// src/plan/checks/package-keys.ts
const DAY = 864e5;
const SOON_DAYS = 14;
/** The upgrade fetches the key anew where the repository offers one; everything else that runs apt on the host does not. */
const packageKeys = {
	id: "package-keys",
	about: "The keys that apt checks the packages of Kubernetes with have not expired.",
	severity: "warning",
	evidence: "The keyrings that the sources of those packages name, on each host, and the date.",
	remedy: "Fetch the Release.key of the repository anew.",
	find: ({ observation, now }) => perHost(observation, (facts, { name }) => facts.packageKeys.flatMap(({ path, id, expiresAt }) => {
		if (expiresAt === void 0) return [];
		const days = (Date.parse(expiresAt) - now.getTime()) / DAY;
		if (days >= SOON_DAYS) return [];
		const day = expiresAt.slice(0, 10);
		return [{
			severity: "warning",
			object: `Node/${name}: ${path}`,
			message: days <= 0 ? `its key ${id} expired on ${day}: apt on the host refuses the repository until the upgrade fetches a newer one` : `its key ${id} expires on ${day}`,
			remedy: `On ${name}: curl -fsSL REPOSITORY/Release.key | gpg --dearmor --yes -o ${path}`
		}];
	}))
};
// src/plan/checks/packages.ts
/** Packages that every kubeadm host has; kubectl is a convenience. */
const NEEDED = ["kubeadm", "kubelet"];
/** What is installed fits what runs, is no newer than the target, and moves with Kubestair alone. */
const packages = {
	id: "packages",
	about: "kubeadm and kubelet come from packages that fit what runs, and are on hold.",
	severity: "blocking",
	evidence: "The packages and holds that dpkg lists on each host.",
	remedy: "Install kubeadm and kubelet from packages at the version that runs.",
	mandatory: true,
	find: ({ observation, hops }) => {
		const target = hops.at(-1)?.to;
		if (target === void 0) return [];
		return observation.nodes.flatMap((node) => node.host.known ? findingsOf(node, node.host.value, target) : []);
	}
};
function findingsOf(node, host, target) {
	const object = `Node/${node.name}`;
	const missing = NEEDED.filter((name) => host.packages[name].version === "");
	if (missing.length > 0) return [{
		severity: "blocking",
		object,
		message: `has no package ${missing.join(", ")}: a binary put there by hand cannot be upgraded`,
		remedy: "Install kubeadm and kubelet from the packages of pkgs.k8s.io at the version that runs."
	}];
	return [
		...newerThan(target, object, host),
		...notStarted$1(node, object, host),
		...notHeld(object, host)
	];
}
function newerThan(target, object, { packages: installed }) {
	const newer = NEEDED.filter((name) => {
		const version = versionOf$1(installed[name].version);
		return version !== void 0 && compareVersions(version, target) > 0;
	});
	if (newer.length === 0) return [];
	return [{
		severity: "blocking",
		object,
		message: `has packages newer than ${target}: ${newer.map((name) => `${name} ${installed[name].version}`).join(", ")}`,
		remedy: `Put ${newer.join(" and ")} back to the version that runs.`
	}];
}
function notStarted$1({ kubelet }, object, { packages: installed }) {
	const version = versionOf$1(installed.kubelet.version);
	if (version === void 0 || version === kubelet) return [];
	return [{
		severity: "warning",
		object,
		message: `has kubelet ${installed.kubelet.version} installed but runs ${kubelet}`,
		remedy: "Nothing to do: the upgrade restarts it."
	}];
}
function notHeld(object, { packages: installed }) {
	const loose = NEEDED.filter((name) => !installed[name].held);
	if (loose.length === 0) return [];
	return [{
		severity: "warning",
		object,
		message: `does not hold ${loose.join(", ")}: any apt upgrade moves them`,
		remedy: "Nothing to do: they are on hold after the upgrade."
	}];
}
/** `v1.35.4` of `1.35.4-1.1`. */
function versionOf$1(packageVersion) {
	return versionOfTag(packageVersion.replace(/-.*$/, ""));
}
// src/plan/checks/reviewed-versions.ts
/** What a minor removed is tabled for some of them; of the others it is unknown. */
const reviewedVersions = {
	id: "reviewed-versions",
	about: `Kubestair knows what the targets removed: its tables were made for Kubernetes ${REVIEWED.minors.join(", ")} on ${REVIEWED.on}.`,
	severity: "unknown",
	evidence: "The tables of Kubestair itself.",
	remedy: "Use a newer Kubestair, or read the release notes of the version and accept the finding.",
	find: ({ hops }) => hops.flatMap(({ to }) => {
		const apis = apisReviewed(to) ? [] : ["API versions"];
		const settings = settingsReviewed(to) ? [] : ["flags, feature gates and admission plug-ins"];
		const missing = [...apis, ...settings];
		if (missing.length === 0) return [];
		return [{
			severity: "unknown",
			object: `Kubernetes ${minorOf(to)}`,
			message: `removed ${missing.join(", ")} that Kubestair does not know of: its tables go from ${REVIEWED.minors[0]} to ${REVIEWED.newest}`,
			remedy: "Use a newer Kubestair, or read the urgent upgrade notes of that release and accept this."
		}];
	})
};
// src/plan/checks/runtime-config.ts
/** An API server that is told of an API version it was not built with ends at once (apiserver pkg/server/resourceconfig). */
const runtimeConfig = {
	id: "runtime-config",
	about: "kube-apiserver has the API versions that --runtime-config names.",
	severity: "blocking",
	evidence: "The API server's extraArgs in kubeadm's ClusterConfiguration.",
	remedy: "Take the version out of the ClusterConfiguration.",
	mandatory: true,
	find: (input) => refusals("runtime-version", input).map(({ setting, object, program }) => ({
		severity: "blocking",
		object,
		message: `names ${setting.name} in runtime-config (${placeOf(setting)}), which ${program} does not have: it would not start`,
		remedy: `Take ${setting.name} out of ${placeOf(setting)}, and of the API server's --runtime-config.`
	}))
};
// src/plan/checks/settings-evidence.ts
/** What the checks of flags, feature gates and the like judge could be read. */
const settingsEvidence = {
	id: "settings-evidence",
	about: "Everything that components are started with could be read.",
	severity: "unknown",
	evidence: "The outcome of each look at the ConfigMaps of kubeadm and at the files of the hosts.",
	remedy: "Make it readable, and plan again.",
	find: (input) => {
		const { evidence } = input.observation;
		if (!evidence.known) return [];
		const { clusterSettings, hostSettings } = evidence.value;
		return [...clusterSettings.unread.map(({ place, reason }) => ({
			severity: "unknown",
			object: place,
			message: `could not be read: ${reason}`,
			remedy: "Bring it back as kubeadm wrote it: kubeadm init phase upload-config, kubeadm init phase addon."
		})), ...hostSettings.flatMap(({ node, found }) => {
			const object = `Node/${node}`;
			if (found.known) return found.value.unread.map(({ place, reason }) => ({
				severity: "unknown",
				object,
				message: `${place} could not be read: ${reason}`,
				remedy: `Look at ${place} on ${node}.`
			}));
			if (!isLookedAt(node, input)) return [];
			return [{
				severity: "unknown",
				object,
				message: `what its kubelet is started with could not be read: ${found.reason}`,
				remedy: found.next ?? `Look at systemctl cat kubelet on ${node}.`
			}];
		})];
	}
};
// src/plan/forecast/forecast.ts
/** Steps during which a node takes no pods: its absence. */
const ABSENT = /* @__PURE__ */ new Set([
	"drain",
	"kubelet",
	"ready",
	"uncordon"
]);
/**
* Durations, the pods that are disrupted in the order of the drains, and what it means for their workloads.
* @param atOnce hosts that are worked on side by side
*/
function forecastOf(steps, evictions, observation, atOnce) {
	const [longest] = [...absencesOf(steps)].toSorted(([, a], [, b]) => b - a);
	return {
		expectedSeconds: secondsOf(steps, atOnce),
		evictions: evictions.map(({ pod, budgets }) => ({
			node: pod.node,
			pod: `${pod.namespace}/${pod.name}`,
			controller: pod.controller ?? "",
			budgets: budgets.map(({ name }) => name)
		})),
		workloads: workloadsOf(steps, evictions, observation),
		...longest !== void 0 && { longestAbsence: {
			node: longest[0],
			seconds: longest[1]
		} }
	};
}
/** Workloads that one drain takes every pod of, for one of the reasons. */
function outagesOf(steps, evictions, observation, reason) {
	return workloadsOf(steps, evictions, observation).flatMap(({ workload, pods, outage }) => {
		if (outage?.reason !== reason || workload.startsWith("Pod/")) return [];
		const { node, seconds } = outage;
		return [{
			workload,
			pods,
			node,
			away: seconds === void 0 ? "while it moves" : `for about ${seconds} s`
		}];
	});
}
/** Seconds that each node is cordoned, by what its steps are expected to take; of several hops the longest. */
function absencesOf(steps) {
	const byHop = /* @__PURE__ */ new Map();
	for (const { kind, node, hop, expectedSeconds } of steps) {
		if (node === void 0 || !ABSENT.has(kind)) continue;
		const key = `${hop.to} ${node}`;
		byHop.set(key, (byHop.get(key) ?? 0) + expectedSeconds);
	}
	const absences = /* @__PURE__ */ new Map();
	for (const [key, seconds] of byHop) {
		const node = key.slice(key.indexOf(" ") + 1);
		absences.set(node, Math.max(absences.get(node) ?? 0, seconds));
	}
	return absences;
}
/** What the drains mean for each workload, those that are away for a time first. */
function workloadsOf(steps, evictions, { pods }) {
	const absences = absencesOf(steps);
	const running = /* @__PURE__ */ new Map();
	for (const pod of pods) {
		if (pod.terminating || pod.phase === "Succeeded" || pod.phase === "Failed") continue;
		running.set(ownerOf$1(pod), (running.get(ownerOf$1(pod)) ?? 0) + 1);
	}
	return [...Map.groupBy(evictions, ({ pod }) => ownerOf$1(pod))].map(([workload, own]) => toWorkload(workload, own, running.get(workload) ?? 0, absences)).toSorted((a, b) => Number(b.outage !== void 0) - Number(a.outage !== void 0) || (a.workload < b.workload ? -1 : 1));
}
function toWorkload(workload, evictions, pods, absences) {
	const stranded = evictions.filter(({ nowhere }) => nowhere !== void 0).length;
	const outage = outageOf(evictions, pods, absences);
	const budgets = new Set(evictions.flatMap((eviction) => eviction.budgets.map(({ name }) => name)));
	return {
		workload,
		pods,
		evicted: evictions.length,
		budgets: [...budgets].toSorted(),
		stranded,
		...outage !== void 0 && { outage }
	};
}
/** Whether the drains of one batch take all pods of a workload at once. Jobs run to an end and are not missed meanwhile. */
function outageOf(evictions, pods, absences) {
	const [first] = evictions;
	if (first === void 0 || isJob(first.pod)) return void 0;
	for (const same of Map.groupBy(evictions, ({ batch }) => batch).values()) {
		if (same.length < pods || same.some(isKept)) continue;
		const single = pods === 1 || first.pod.desired === 1;
		const nodes = [...new Set(same.map(({ pod }) => pod.node))];
		const seconds = awaySeconds(same, Math.max(...nodes.map((node) => absences.get(node) ?? 0)));
		return {
			node: nodes.join(", "),
			reason: single ? "single" : "together",
			...seconds !== void 0 && { seconds }
		};
	}
}
/** A budget that wants a healthy pod lets the last of several go only when another is healthy elsewhere. */
function isKept({ budgets }) {
	return budgets.some(({ desiredHealthy }) => desiredHealthy > 0);
}
/** @returns undefined where nothing tells how long the pods take to start */
function awaySeconds(evictions, absence) {
	if (evictions.some(({ nowhere }) => nowhere !== void 0)) return absence;
	const starts = evictions.map(({ pod }) => startSeconds(pod));
	return starts.some((seconds) => seconds === void 0) ? void 0 : Math.min(...starts.map(Number));
}
/** A StatefulSet makes the next pod of a name only when the last one is gone, which takes up to its grace period. */
function startSeconds({ controller, demand, startSeconds: seconds }) {
	if (seconds === void 0) return void 0;
	return controller?.startsWith("StatefulSet/") === true ? seconds + demand.graceSeconds : seconds;
}
function isJob({ controller }) {
	return controller?.startsWith("Job/") === true;
}
// src/plan/checks/single-replicas.ts
/** A workload of one pod is away while that pod moves. */
const singleReplicas = {
	id: "single-replicas",
	about: "Tells which workloads of a single pod are away while it moves to another node.",
	severity: "info",
	evidence: "Pods by workload, the replicas that it wants, and how long the pod took to start.",
	remedy: "Run two replicas of what must not be away.",
	find: ({ steps, observation, evictions }) => outagesOf(steps, evictions, observation, "single").map(({ workload, node, away }) => ({
		severity: "info",
		object: workload,
		message: `runs a single pod, on ${node}: it is away ${away}`,
		remedy: "Run two replicas if it must not be."
	}))
};
/** Pods of one workload on one node all go at once, unless a budget keeps some. */
const oneNodeWorkloads = {
	id: "one-node-workloads",
	about: "Tells which workloads have all of their pods on one node and no budget that keeps one of them.",
	severity: "info",
	evidence: "Pods by workload and node, and PodDisruptionBudgets.",
	remedy: "Spread such pods over nodes, or guard them by a PodDisruptionBudget.",
	find: ({ steps, observation, evictions }) => outagesOf(steps, evictions, observation, "together").map(({ workload, pods, node, away }) => ({
		severity: "info",
		object: workload,
		message: `runs all of its ${pods} pods on ${node}, and no budget keeps one: it is away ${away}`,
		remedy: "Spread its pods over nodes, or give it a PodDisruptionBudget, if it must not be."
	}))
};
// src/cluster/skew.ts
const POLICY = "https://kubernetes.io/releases/version-skew-policy/";
/** Section of the policy that speaks of a kind of component. */
const SECTIONS = {
	"kube-apiserver": "kube-apiserver",
	"kube-controller-manager": "kube-controller-manager-kube-scheduler-and-cloud-controller-manager",
	"kube-scheduler": "kube-controller-manager-kube-scheduler-and-cloud-controller-manager",
	"cloud-controller-manager": "kube-controller-manager-kube-scheduler-and-cloud-controller-manager",
	kubelet: "kubelet",
	"kube-proxy": "kube-proxy",
	kubectl: "kubectl"
};
/**
* Everything that is outside the version skew policy in a mix of components. Only minors count: the policy says nothing of patches.
* Clients are measured against every API server that they may reach: the oldest caps them, the newest sets the floor.
*/
function skewProblems(components) {
	const servers = components.filter(({ kind }) => kind === "kube-apiserver");
	if (servers.length === 0) return [];
	return [
		...apiServersTogether(servers),
		...components.flatMap((component) => clientProblems(component, servers)),
		...proxiesNearKubelets(components)
	];
}
/** In a highly available control plane the newest and oldest API servers are within one minor. Source: policy, "kube-apiserver". */
function apiServersTogether(servers) {
	const oldest = oldestOf(versionsOf(servers));
	if (oldest === void 0) return [];
	return servers.filter(({ version }) => minorsBetween(oldest, version) > 1).map((server) => problem("apiservers-together", server, `is more than one minor newer than the oldest API server (${oldest})`));
}
function clientProblems(client, servers) {
	const reached = serversOf(client, servers);
	const [oldest, newest] = [oldestOf(versionsOf(reached)), newestOf(versionsOf(reached))];
	if (oldest === void 0 || newest === void 0) return [];
	switch (client.kind) {
		case "kube-apiserver": return [];
		case "kubectl": return kubectlNear(client, oldest, newest);
		default: return [...notNewer(client, oldest), ...notTooOld(client, newest)];
	}
}
/** No component is newer than an API server that it talks to. Source: policy, "kubelet", "kube-proxy", "kube-controller-manager, …". */
function notNewer(client, oldest) {
	if (minorsBetween(oldest, client.version) <= 0) return [];
	return [problem("not-newer", client, `is newer than an API server that it talks to (${oldest})`)];
}
/** Source: policy; kubelet and kube-proxy may be three minors older, two before 1.25; controllers and scheduler one. */
function notTooOld(client, newest) {
	const allowed = minorsOlderAllowed(client);
	if (minorsBetween(client.version, newest) <= allowed) return [];
	return [problem("not-too-old", client, `is more than ${minors(allowed)} older than an API server that it talks to (${newest})`)];
}
/** Source: policy, "kube-proxy": three minors from the kubelet beside it either way, two before 1.25. */
function proxiesNearKubelets(components) {
	const kubelets = new Map(components.filter(({ kind }) => kind === "kubelet").map((kubelet) => [kubelet.node, kubelet.version]));
	return components.filter(({ kind }) => kind === "kube-proxy").flatMap((proxy) => {
		const kubelet = kubelets.get(proxy.node);
		if (kubelet === void 0) return [];
		const allowed = minorsOlderAllowed(proxy);
		if (Math.abs(minorsBetween(kubelet, proxy.version)) <= allowed) return [];
		return [problem("proxy-near-kubelet", proxy, `is more than ${minors(allowed)} away from the kubelet beside it (${kubelet})`)];
	});
}
/** Source: policy, "kubectl": within one minor of every API server, older or newer. */
function kubectlNear(client, oldest, newest) {
	const far = [oldest, newest].find((server) => Math.abs(minorsBetween(server, client.version)) > 1);
	if (far === void 0) return [];
	return [problem("kubectl-near", client, `is more than one minor away from an API server (${far})`)];
}
function minorsOlderAllowed({ kind, version }) {
	if (kind !== "kubelet" && kind !== "kube-proxy") return 1;
	return isAtLeastMinor(version, "1.25") ? 3 : 2;
}
function serversOf(client, servers) {
	if (client.talksTo === "any") return servers;
	const local = servers.filter(({ node }) => node !== void 0 && node === client.node);
	return local.length > 0 ? local : servers;
}
function versionsOf(components) {
	return components.map(({ version }) => version);
}
function minors(count) {
	return count === 1 ? "one minor" : `${count} minors`;
}
function problem(rule, { kind, version, object }, text) {
	return {
		rule,
		object,
		message: `${kind} ${version} ${text}; rule ${rule} of ${POLICY}#${SECTIONS[kind]}`
	};
}
// src/plan/project.ts
/**
* What will be once a hop is done, so that the steps of the next one can be made before. etcd's own version is left as it is:
* which one a release brings is known only to its kubeadm.
*/
function project(observation, hop, scope = "all") {
	return {
		...observation,
		configuredVersion: known(hop.to),
		apiServerVersion: hop.to,
		nodes: observation.nodes.map((node) => {
			const after = withControlPlane(withProxy(node, hop.to), hop.to);
			return scope === "all" || node.role === "control-plane" ? withKubelet(after, hop.to) : after;
		})
	};
}
/**
* The states that one step brings about, one after the other, as far as versions go; none where it changes no version. kubeadm swaps
* API server, controller manager and scheduler in this order (phases/upgrade/staticpods.go), and kube-proxy follows with the last
* API server (phases/upgrade/postupgrade.go, PerformAddonsUpgrade).
*/
function statesDuring(observation, { kind, node, hop }) {
	switch (kind) {
		case "control-plane": {
			const swapped = SWAPS.map((names) => withNode(observation, node, (each) => withControlPlane(each, hop.to, names)));
			const after = {
				...swapped.at(-1) ?? observation,
				configuredVersion: known(hop.to)
			};
			if (!after.nodes.every((each) => each.role === "worker" || isAt(each, hop.to))) return [...swapped.slice(0, -1), after];
			return [...swapped, {
				...after,
				nodes: after.nodes.map((each) => withProxy(each, hop.to))
			}];
		}
		case "kubelet": return [withNode(observation, node, (each) => withKubelet(each, hop.to))];
		case "backup":
		case "stage":
		case "node-config":
		case "drain":
		case "ready":
		case "uncordon":
		case "settle": return [];
	}
}
const KUBERNETES_COMPONENTS = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler"
];
const SWAPS = KUBERNETES_COMPONENTS.map((_, index) => KUBERNETES_COMPONENTS.slice(0, index + 1));
function withNode(observation, name, change) {
	return {
		...observation,
		nodes: observation.nodes.map((each) => each.name === name ? change(each) : each)
	};
}
function isAt({ components }, version) {
	return components.known && components.value["kube-apiserver"] === version;
}
function withControlPlane(node, version, names = KUBERNETES_COMPONENTS) {
	if (node.role === "worker" || !node.components.known) return node;
	const changed = Object.fromEntries(names.map((name) => [name, version]));
	return {
		...node,
		components: known({
			...node.components.value,
			...changed
		})
	};
}
function withKubelet(node, version) {
	const { cordonedBy, ...rest } = node;
	const unschedulable = cordonedBy === void 0 && node.unschedulable;
	return {
		...rest,
		unschedulable,
		kubelet: version,
		host: withPackages(node.host, version)
	};
}
function withProxy(node, version) {
	return node.kubeProxy.known ? {
		...node,
		kubeProxy: known(version)
	} : node;
}
/** Revision 1.1 is that of nearly every first build on pkgs.k8s.io. */
function withPackages(host, version) {
	if (!host.known) return host;
	const packages = { ...host.value.packages };
	for (const name of Object.keys(packages)) if (packages[name].version !== "") packages[name] = {
		version: `${version.slice(1)}-1.1`,
		held: true
	};
	return known({
		...host.value,
		packages
	});
}
// src/plan/checks/skew.ts
/**
* The version skew policy holds now and in every state that the plan passes through, so that a run may stop anywhere. Workers of one
* batch come in any order: what one of them may run depends on the API servers alone, not on the others.
*/
const versionSkew = {
	id: "version-skew",
	about: "The version skew policy of Kubernetes holds now and in every state that the plan passes through.",
	severity: "blocking",
	evidence: "The versions of every component of every node, now, while each step swaps them and as it leaves them.",
	remedy: "Bring the component to a version that the policy allows before the upgrade.",
	mandatory: true,
	find: ({ observation, steps }) => {
		const now = skewProblems(componentsOf(observation));
		const seen = new Set(now.map(keyOf$2));
		const findings = now.map((problem) => asFinding(problem, "now"));
		let state = observation;
		for (const step of steps) for (const passed of statesDuring(state, step)) {
			state = passed;
			const fresh = problemsAfter(step, state).filter((problem) => !seen.has(keyOf$2(problem)));
			for (const problem of fresh) seen.add(keyOf$2(problem));
			findings.push(...fresh.map((problem) => asFinding(problem, step.id)));
		}
		return findings;
	}
};
/** Only what a step can have changed: a cluster has thousands of steps, and each would look at every component. */
function problemsAfter(step, state) {
	if (step.kind === "control-plane") return skewProblems(componentsOf(state));
	return skewProblems(state.nodes.filter(({ role, name }) => role === "control-plane" || name === step.node).flatMap(componentsOfNode).filter(({ kind, node }) => kind === "kube-apiserver" || node === step.node));
}
function keyOf$2({ rule, object }) {
	return `${rule} ${object}`;
}
function asFinding({ rule, object, message }, when) {
	const told = when === "now" ? message : `During the step ${when}: ${message}`;
	if (rule === "kubectl-near") return {
		severity: "info",
		object,
		message: told,
		remedy: "Until it is upgraded, use a kubectl within one minor of the control plane."
	};
	return {
		severity: "blocking",
		object,
		message: told,
		remedy: when === "now" ? "Bring it to a version that the policy allows before the upgrade." : "Upgrade it before, or name the version that the control plane has now in spec.via, so that all nodes come to it first."
	};
}
// src/plan/checks/slow-nodes.ts
/**
* Taints of nodes that do not report. A pod stays on such a node for the tolerationSeconds of its toleration, 300 by default
* (admission plug-in DefaultTolerationSeconds), then it is deleted without regard to budgets.
* Source: kubernetes.io "Taints and Tolerations", taint based evictions.
*/
const BUILT_IN$1 = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map((key) => ({
	key,
	value: "",
	effect: "NoExecute"
}));
/** While a kubelet or the only API server restarts, a slow node may be taken for a dead one. */
const slowNodes = {
	id: "slow-nodes",
	about: "Tells which pods leave a node that is just slow to report, sooner than the longest absence in the plan ends.",
	severity: "info",
	evidence: "Tolerations (tolerationSeconds) of the taints not-ready and unreachable, and the expected duration of steps that stop a kubelet or the only API server.",
	remedy: "Let these pods tolerate both taints for longer than that, 300 s by default.",
	find: ({ steps, observation }) => {
		const longest = longestAbsence(steps, observation);
		if (longest === void 0) return [];
		return onePerObject(observation.pods.filter((pod) => !pod.mirror && pod.controller?.startsWith("DaemonSet/") !== true).map((pod) => ({
			pod,
			seconds: patienceOf(pod)
		})).filter(({ seconds }) => seconds < longest.seconds).map(({ pod, seconds }) => ({
			severity: "info",
			object: ownerOf$1(pod),
			message: `leaves a node that does not report after ${seconds} s, whatever its budget says; ${longest.what} takes about ${longest.seconds} s`,
			remedy: `Raise tolerationSeconds for ${BUILT_IN$1.map(({ key }) => key).join(" and ")} if it should stay.`
		})));
	}
};
function longestAbsence(steps, { nodes }) {
	const servers = nodes.filter(({ role }) => role === "control-plane").length;
	return steps.flatMap(({ kind, node, expectedSeconds }) => {
		if (kind === "kubelet") return [{
			what: `the restart of the kubelet of ${node}`,
			seconds: expectedSeconds
		}];
		if (kind !== "control-plane" || servers > 1) return [];
		return [{
			what: `the upgrade of the only API server, on ${node},`,
			seconds: expectedSeconds
		}];
	}).toSorted((a, b) => b.seconds - a.seconds)[0];
}
/** Seconds until the first of the two taints drives the pod away; without a toleration at once. */
function patienceOf({ demand, phase }) {
	if (phase === "Succeeded" || phase === "Failed") return Number.POSITIVE_INFINITY;
	return Math.min(...BUILT_IN$1.map((taint) => {
		const matching = demand.tolerations.filter((toleration) => tolerates(toleration, taint));
		if (matching.length === 0) return 0;
		const limits = matching.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY);
		return Math.max(0, Math.min(...limits));
	}));
}
// src/plan/checks/static-pod-edits.ts
/** `kubeadm upgrade` writes the manifests of static pods anew, out of the ClusterConfiguration (cmd/kubeadm/app/phases/controlplane). */
const staticPodEdits = {
	id: "static-pod-edits",
	about: "Static pods have no flags that the upgrade would drop: kubeadm writes their manifests anew.",
	severity: "warning",
	evidence: "The flags in /etc/kubernetes/manifests on every control-plane host, and kubeadm's ClusterConfiguration.",
	remedy: "Move the flag to the ClusterConfiguration: kubectl -n kube-system edit configmap kubeadm-config.",
	find: ({ observation: { evidence }, steps }) => {
		if (!evidence.known) return [];
		const { clusterSettings, hostSettings } = evidence.value;
		if (clusterSettings.unread.some(({ place }) => place.endsWith("/kubeadm-config"))) return [];
		const rewritten = new Set(steps.filter(({ kind }) => kind === "control-plane").map(({ node }) => node));
		return hostSettings.flatMap(({ node, found }) => found.known && rewritten.has(node) ? editsOf(node, found.value, clusterSettings) : []);
	}
};
function editsOf(node, own, cluster) {
	const kept = new Set(cluster.found.map(keyOf$1));
	const lost = own.found.filter((setting) => isOfStaticPod(setting) && !kept.has(keyOf$1(setting)) && !isKubeadms(setting));
	return [...Map.groupBy(lost, programOf)].map(([program, settings]) => {
		const texts = [...new Set(settings.map(textOf))];
		return {
			severity: "warning",
			object: `Pod/kube-system/${program}-${node}`,
			message: `runs with ${texts.join(", ")} (${settings[0]?.place}), which is not in kubeadm's ClusterConfiguration: the upgrade drops ${texts.length === 1 ? "it" : "them"}`,
			remedy: `If it is meant to stay, add it to extraArgs: kubectl -n kube-system edit configmap kubeadm-config.`
		};
	});
}
function isOfStaticPod(setting) {
	return setting.kind !== "field" && programOf(setting) !== "kubelet";
}
const defaults = new Set(REVIEWED.minors.flatMap((minor) => [...namesAt(KUBEADM_FLAGS, minor)]));
/** What kubeadm gives by itself; lists are judged item by item. */
function isKubeadms(setting) {
	if (setting.kind === "admission-plugin") return setting.name === "NodeRestriction";
	if (setting.kind !== "flag") return false;
	return defaults.has(setting.name) || setting.name === "runtime-config";
}
function programOf(setting) {
	return "program" in setting ? setting.program : "kube-apiserver";
}
function keyOf$1(setting) {
	return `${setting.kind} ${programOf(setting)} ${textOf(setting)}`;
}
function textOf(setting) {
	switch (setting.kind) {
		case "flag": return `--${setting.name}`;
		case "gate": return `the feature gate ${setting.name}=${setting.on}`;
		case "admission-plugin": return `the admission plug-in ${setting.name}`;
		case "runtime-version": return `${setting.name} in runtime-config`;
		case "field":
		case "etcd-tag": return setting.name;
	}
}
// src/plan/checks/storage-migrations.ts
/** Objects are being rewritten: a backup amid that holds both forms, and so needs the keys of both. */
const storageMigrations = {
	id: "storage-migrations",
	about: "No migration of stored objects is under way.",
	severity: "warning",
	evidence: "StorageVersionMigrations that have neither succeeded nor failed, where the API server serves them.",
	remedy: "Wait until it is done.",
	find: ({ observation: { extensions } }) => {
		if (!extensions.known) return [];
		return extensions.value.migrations.map((name) => ({
			severity: "warning",
			object: `StorageVersionMigration/${name}`,
			message: "is rewriting objects: an upgrade now stops it half-way, and restarts it",
			remedy: `Wait for it: kubectl wait storageversionmigration/${name} --for=condition=Succeeded`
		}));
	}
};
// src/plan/checks/stranded-pods.ts
/** Pods that fit on no other node are away for as long as their node is. */
const strandedPods = {
	id: "stranded-pods",
	about: "The pods of a drained node fit on other nodes, one drain at a time, as things are now.",
	severity: "warning",
	evidence: "Requests against what the other nodes have free, taints, node selectors and affinity, pod affinity and anti-affinity, topology spread, host ports, and the node affinity of bound volumes. Devices by ResourceClaim are not judged.",
	remedy: "Make room or loosen what binds the pods, or live with their absence while the node is upgraded.",
	find: ({ evictions, observation }) => {
		const stranded = evictions.filter(({ nowhere }) => nowhere !== void 0);
		if (observation.nodes.length === 1 && stranded.length > 0) return [oneNode(stranded)];
		return [...Map.groupBy(stranded, ({ pod }) => ownerOf$1(pod))].map(([owner, own]) => toFinding(owner, own));
	}
};
function toFinding(object, evictions) {
	const nodes = [...new Set(evictions.map(({ pod }) => pod.node))];
	const where = nodes.length > 3 ? `${nodes.length} nodes` : nodes.join(", ");
	return {
		severity: "warning",
		object,
		message: `${evictions.length === 1 ? "its pod" : `${evictions.length} of its pods`} on ${where} would find no other node and wait for that one to come back: ${evictions[0]?.nowhere}`,
		remedy: "Make room or loosen what binds it, or expect it to be short of these pods meanwhile."
	};
}
/** Whoever runs one node knows. */
function oneNode(evictions) {
	return {
		severity: "info",
		object: `Node/${evictions[0]?.pod.node}`,
		message: `is the only node: ${evictions.length} pods are away while it is upgraded`,
		remedy: "Nothing to do, or add a node that takes them."
	};
}
// src/plan/checks/stuck-pods.ts
/** What should have been gone for so long will not go by itself; shorter is everyday, and clocks differ. */
const STUCK_SECONDS = 300;
/** A drain waits for pods that are terminating, whoever deleted them. */
const stuckPods = {
	id: "stuck-pods",
	about: "No pod of a drained node has been terminating for longer than it should.",
	severity: "warning",
	evidence: "When pods on drained nodes should have been gone, and their finalizers.",
	remedy: "Mend the controller that owns the finalizer, or what keeps the container from ending.",
	find: ({ steps, observation, now }) => {
		const drained = nodesDrained(steps);
		return onePerObject(observation.pods.filter((pod) => drained.has(pod.node) && !pod.mirror && isStuck(pod, now)).map((pod) => ({
			severity: "warning",
			object: ownerOf$1(pod),
			message: `its pod ${pod.namespace}/${pod.name} on ${pod.node} should have been gone since ${pod.terminatingSince}: ${keptBy(pod)}; the drain waits for it`,
			remedy: `See what it waits for: kubectl -n ${pod.namespace} describe pod ${pod.name}`
		})));
	}
};
function isStuck({ terminatingSince }, now) {
	return terminatingSince !== void 0 && now.getTime() - Date.parse(terminatingSince) > STUCK_SECONDS * 1e3;
}
function keptBy({ finalizers = [] }) {
	return finalizers.length === 0 ? "its containers do not end" : `it has finalizers: ${finalizers.join(", ")}`;
}
// src/plan/checks/swap.ts
/**
* A kubelet refuses to start where swap is on, unless it was told otherwise; on cgroup v1 it cannot limit it.
* Source: kubernetes.io/docs/concepts/cluster-administration/swap-memory-management; kubeadm preflight/checks.go, SwapCheck.
*/
const swap = {
	id: "swap",
	about: "Swap is off, or the kubelet is configured to run with it.",
	severity: "blocking",
	evidence: "/proc/swaps and the configuration of the kubelet on each host.",
	remedy: "Turn swap off with `swapoff -a` and take it out of /etc/fstab, or set `failSwapOn: false`.",
	find: ({ observation }) => perHost(observation, ({ swaps, kubelet }, { host }) => {
		if (swaps.length === 0) return [];
		const where = swaps.join(", ");
		if (!kubelet.known || kubelet.value.failSwapOn) return [{
			severity: "blocking",
			message: `swaps to ${where}, and its kubelet does not start again with swap on`,
			remedy: "On the host: swapoff -a, and take it out of /etc/fstab; or set failSwapOn: false for the kubelet."
		}];
		if (host.known && host.value.cgroup === "v1") return [{
			severity: "warning",
			message: `swaps to ${where}, which the kubelet can neither limit nor count on cgroup v1`,
			remedy: "On the host: swapoff -a, and take it out of /etc/fstab; or boot it with cgroup v2."
		}];
		return [{
			severity: "info",
			message: `swaps to ${where}, as its kubelet is configured to allow`,
			remedy: "Nothing to do."
		}];
	})
};
// src/plan/checks/unmanaged-pods.ts
/** Pods that nobody would make again are evicted only where the cluster file says so. Source: kubectl drain, unreplicatedFilter. */
const unmanagedPods = {
	id: "unmanaged-pods",
	about: "Pods of drained nodes have a controller that makes them again, or the cluster file gives them up.",
	severity: "blocking",
	evidence: "The owners of the pods that drains evict, and the DaemonSets that exist.",
	remedy: "Delete the pod, give it a controller, or set `spec.drain.force: true`.",
	find: ({ evictions, config }) => evictions.filter(({ pod }) => pod.controller === void 0 || pod.orphan === true).map(({ pod }) => config.drain.force ? {
		severity: "warning",
		object: ownerOf$1(pod),
		message: "has no controller, or one that is gone: it is away for good after the drain",
		remedy: "Nothing to do if it may go; else make it part of a Deployment."
	} : {
		severity: "blocking",
		object: ownerOf$1(pod),
		message: "has no controller, or one that is gone: nobody would make it again after the drain",
		remedy: "Delete it, make it part of a Deployment, or set spec.drain.force: true."
	})
};
// src/plan/checks/webhooks.ts
/** What an upgrade and the cluster itself write all the time, by API group; a webhook that stops these stops everything. */
const VITAL = [
	{
		group: "",
		resource: "nodes"
	},
	{
		group: "",
		resource: "nodes/status"
	},
	{
		group: "",
		resource: "pods"
	},
	{
		group: "",
		resource: "pods/eviction"
	},
	{
		group: "",
		resource: "pods/binding"
	},
	{
		group: "",
		resource: "pods/status"
	},
	{
		group: "",
		resource: "configmaps"
	},
	{
		group: "",
		resource: "secrets"
	},
	{
		group: "",
		resource: "endpoints"
	},
	{
		group: "apps",
		resource: "daemonsets"
	},
	{
		group: "apps",
		resource: "deployments"
	},
	{
		group: "apps",
		resource: "replicasets"
	},
	{
		group: "batch",
		resource: "jobs"
	},
	{
		group: "coordination.k8s.io",
		resource: "leases"
	},
	{
		group: "discovery.k8s.io",
		resource: "endpointslices"
	},
	{
		group: "rbac.authorization.k8s.io",
		resource: "clusterrolebindings"
	},
	{
		group: "rbac.authorization.k8s.io",
		resource: "rolebindings"
	}
];
const CLUSTER_WIDE = /* @__PURE__ */ new Set(["nodes", "clusterrolebindings"]);
/** Webhooks that refuse when they do not answer can answer, also while the nodes that they run on are drained. */
const webhooks = {
	id: "webhooks",
	about: "Admission webhooks that fail closed have somebody who answers, also while their pods move.",
	severity: "blocking",
	evidence: "Webhook configurations, the endpoints of the Services that they name, and the nodes that those run on.",
	remedy: "Bring the webhook back, run two of it on two nodes, or set `failurePolicy: Ignore` for the upgrade.",
	find: (input) => {
		const { extensions } = input.observation;
		if (!extensions.known) return [];
		const drained = nodesDrained(input.steps);
		return extensions.value.webhooks.filter(({ failsClosed }) => failsClosed).flatMap((webhook) => judge(webhook, drained, input));
	}
};
function judge(webhook, drained, { now }) {
	const { backend, configuration, webhook: name, caExpiresAt, host } = webhook;
	const object = `${configuration}: ${name}`;
	const vital = vitalOf(webhook.rules);
	if (caExpiresAt !== void 0 && Date.parse(caExpiresAt) <= now.getTime()) {
		const message = `trusts an authority that expired on ${caExpiresAt.slice(0, 10)}, so no call of it succeeds; ${refuses(vital)}`;
		return [{
			severity: gravity(webhook, vital),
			object,
			message,
			remedy: `Renew the caBundle of ${configuration}.`
		}];
	}
	if (backend === void 0) {
		if (vital.length === 0) return [];
		return [{
			severity: "info",
			object,
			message: `asks ${host ?? "a host"} outside of the cluster, of which nothing is known; without an answer it refuses writes of ${vital.join(", ")}`,
			remedy: "Make sure that it answers throughout the upgrade."
		}];
	}
	if (!backend.known) return [{
		severity: "unknown",
		object,
		message: `whether anybody answers for it is not known: ${backend.reason}`,
		remedy: backend.next ?? "Look at the endpoints of its Service."
	}];
	if (backend.value.ready === 0) {
		const message = `nobody answers for Service/${backend.value.service}; ${refuses(vital)}`;
		return [{
			severity: gravity(webhook, vital),
			object,
			message,
			remedy: remedyForDead(backend.value, configuration)
		}];
	}
	return alone(webhook, backend.value, drained, object);
}
/** One pod, or several on one node: while they move, nobody answers. */
function alone({ rules, coversItself, selective }, { service, onNodes, ready }, drained, object) {
	const [node] = onNodes;
	if (node === void 0 || onNodes.length > 1 || !drained.has(node)) return [];
	const vital = vitalOf(rules);
	if (vital.length === 0) return [];
	const makesPods = rules.some((rule) => covers(rule, "", "pods") && rule.operations.some((each) => each === "*" || each === "CREATE"));
	const who = ready === 1 ? "its only pod runs" : `all ${ready} of its pods run`;
	if (makesPods && coversItself && !selective) return [{
		severity: "warning",
		object,
		message: `${who} on ${node}: once they are gone, it refuses the pods that would replace them, and every other new pod`,
		remedy: `Run Service/${service} on two nodes, or leave its own namespace out with namespaceSelector.`
	}];
	return [{
		severity: "warning",
		object,
		message: `${who} on ${node}: while they move, it refuses writes of ${vital.join(", ")}`,
		remedy: `Run Service/${service} on two nodes, with a PodDisruptionBudget.`
	}];
}
/** What opts in by labels may mean nothing that the upgrade writes. */
function gravity({ optIn }, vital) {
	return vital.length > 0 && !optIn ? "blocking" : "warning";
}
function refuses(vital) {
	return vital.length > 0 ? `it refuses writes of ${vital.join(", ")}, which the upgrade needs` : "what it admits cannot be written";
}
function remedyForDead({ service }, configuration) {
	const [namespace = "", name = ""] = service.split("/");
	return `Bring its pods back (kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}), or delete ${configuration} if nobody needs it.`;
}
/** The vital resources that the rules mean, as kubectl would name them, the first few. */
function vitalOf(rules) {
	const names = VITAL.filter(({ group, resource }) => rules.some((rule) => covers(rule, group, resource))).map(({ resource }) => resource);
	return names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more kinds`] : names;
}
/** Source: k8s.io/apiserver, admission/plugin/webhook/predicates/rules. `*` leaves subresources out, `*` + `/*` does not. */
function covers({ groups, resources, operations, scope }, group, resource) {
	const writes = operations.some((operation) => operation !== "CONNECT");
	const [kind = "", sub] = resource.split("/");
	const means = resources.some((pattern) => {
		const [wantedKind = "", wantedSub] = pattern.split("/");
		const kindFits = wantedKind === "*" || wantedKind === kind;
		if (wantedSub === void 0) return sub === void 0 && kindFits;
		return kindFits && (wantedSub === "*" || wantedSub === sub);
	});
	const inScope = scope === "*" || scope === "Cluster" === CLUSTER_WIDE.has(kind);
	return writes && inScope && means && groups.some((each) => each === "*" || each === group);
}
// src/plan/checks/registry.ts
/** Every check, in the order in which findings are told. */
const CHECKS = [
	versionSkew,
	kubeadmRules,
	apiReads,
	nodesReady,
	nodeTaints,
	hostsReached,
	hostIdentity,
	machineIds,
	hostServices,
	hostState,
	diskSpace,
	clockSkew,
	certificates,
	packages,
	packageKeys,
	kernel,
	cgroupV1,
	componentFlags,
	featureGates,
	admissionPlugins,
	runtimeConfig,
	configFields,
	staticPodEdits,
	settingsEvidence,
	removedApis,
	deprecatedApis,
	apiEvidence,
	apiServices$1,
	webhooks,
	storedVersions,
	storageMigrations,
	reviewedVersions,
	swap,
	containerRuntime,
	kubeletConfig,
	etcdHealthy,
	etcdFloor,
	ownPod,
	budgets,
	overlappingBudgets,
	evictionsAllowed,
	unmanagedPods,
	emptyDirs,
	stuckPods,
	strandedPods,
	singleReplicas,
	oneNodeWorkloads,
	hostPaths,
	slowNodes,
	encryptionAtRest,
	backupEncrypted
];
/** All checks, those that the provider makes on its hosts included. */
const DESCRIPTIONS = [
	...CHECKS,
	...HOST_CHECKS,
	ACCEPTANCES
];
/** Ids of the checks whose findings no acceptance lets pass. */
const MANDATORY = new Set(DESCRIPTIONS.filter(({ mandatory }) => mandatory).map(({ id }) => id));
function runChecks(input) {
	return CHECKS.flatMap((check) => check.find(input).map((finding) => ({
		check: check.id,
		...finding
	})));
}
// src/commands/load-cluster.ts
/** Reads the cluster file of a request. @throws KubestairError CONFIG_* and VERSION_* with file:line:column */
async function loadCluster(request, io, readText = (file) => readFile(path.resolve(io.cwd, file), "utf8")) {
	const loaded = await loadClusterConfig(request.file, readText, DESCRIPTIONS);
	return {
		...loaded,
		source: {
			file: request.file,
			versionAt: loaded.versionAt
		}
	};
}
// src/backup/backup-id.ts
/**
* An id that sorts by time: `20261121T090507Z-3f9a`.
* @param random At least four hexadecimal digits; the first four keep apart two backups of the same second.
*/
function backupId(now, random) {
	return `${now.toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:]/g, "")}-${random.slice(0, 4)}`;
}
// src/commands/run-id.ts
/** Names one run in cordons, the lock and the journal; sorts by time, in the form of a backup's id: `20261121T090507Z-3f9a`. */
function newRunId({ clock, random }) {
	return backupId(clock.now(), Buffer.from(random(2)).toString("hex"));
}
// src/backup/accepted-group.ts
/** The check that finds dead aggregated APIs. */
const DEAD_APIS = "api-services";
/**
* The groups that the cluster file accepts as missing: acceptances of APIServices, whose names are `VERSION.GROUP`.
* @param today the day in UTC, as `2027-01-31`
*/
function acceptedGroups(accept, today) {
	return accept.flatMap(({ check, object, reason, until }) => {
		const [, version, group] = /^APIService\/([^.]+)\.(.+)$/.exec(object) ?? [];
		if (check !== DEAD_APIS || version === void 0 || group === void 0 || until < today) return [];
		return [{
			group,
			version,
			reason,
			until
		}];
	});
}
/** Marks what is missing of an accepted group; what is there stays as it is. */
function markAccepted(resources, groups) {
	return resources.map((resource) => {
		const found = groups.find(({ group, version }) => group === resource.group && version === resource.version);
		if (resource.part !== void 0 || found === void 0) return resource;
		const { reason, until } = found;
		return {
			...resource,
			accepted: {
				reason,
				until
			}
		};
	});
}
// src/backup/manifest-schema.ts
const digest = object$1({
	bytes: number(),
	sha256: string()
});
const part = object$1({
	path: string(),
	plain: digest,
	sealed: digest
});
const resource = object$1({
	group: string(),
	version: string(),
	resource: string(),
	kind: string(),
	namespaced: boolean(),
	objects: number(),
	consistency: _enum([
		"exact",
		"own",
		"expired"
	]),
	listResourceVersion: string(),
	part: part.exactOptional(),
	error: string().exactOptional(),
	accepted: object$1({
		reason: string(),
		until: string()
	}).exactOptional()
});
const version = templateLiteral(["v", string()]);
/** Reads a proof, beside the manifest or in it. */
const proofSchema = object$1({
	kind: _enum([
		"checksums",
		"cross-proof",
		"drill",
		"rehearsal"
	]),
	result: _enum([
		"passed",
		"failed",
		"not-made"
	]),
	at: string(),
	detail: string(),
	by: string().exactOptional(),
	where: string().exactOptional(),
	seconds: number().exactOptional(),
	version: version.exactOptional(),
	objects: number().exactOptional(),
	exceptions: array(object$1({
		what: string(),
		count: number(),
		reason: string()
	})).exactOptional(),
	differences: number().exactOptional(),
	examples: array(object$1({
		object: string(),
		finding: string()
	})).exactOptional(),
	code: custom((value) => typeof value === "string").exactOptional(),
	next: string().exactOptional()
});
/** Reads what any version of the tool wrote in format 1; keys it does not know are left out. */
const manifestSchema = object$1({
	format: literal$1("kubestair.dev/backup/v1"),
	id: string(),
	tool: string(),
	cluster: object$1({
		name: string(),
		uid: string(),
		version
	}),
	reason: _enum(["backup", "upgrade"]),
	runId: string(),
	startedAt: string(),
	finishedAt: string(),
	state: _enum(["complete", "partial"]),
	resourceVersion: string(),
	resources: array(resource),
	etcd: object$1({
		member: string(),
		memberId: string(),
		etcdVersion: string(),
		revision: string(),
		trailerSha256: string(),
		part
	}).exactOptional(),
	apiServer: object$1({
		flags: array(string()),
		etcdPrefix: string()
	}).exactOptional(),
	hosts: array(object$1({
		node: string(),
		part
	})),
	encryption: array(object$1({
		node: string(),
		file: string(),
		providers: array(string()),
		part
	})).exactOptional(),
	recipients: array(string()),
	proofs: array(proofSchema)
});
// src/backup/catalog.ts
const MANIFEST_NAME = "manifest.json";
/** The folder of a backup in the store, ending in `/`. */
function backupPrefix(cluster, id) {
	return `${cluster}/${id}/`;
}
/**
* The backups of a cluster, newest first. One whose manifest cannot be read is left out with a warning; one without a manifest
* does not exist.
* @param limit At most so many.
* @throws KubestairError of the store
*/
async function listBackups(cluster, limit, { store, log, signal }) {
	const ids = [];
	for await (const { key } of store.list(`${cluster}/`, signal)) {
		const [id = "", name, more] = key.slice(cluster.length + 1).split("/");
		if (name === "manifest.json" && more === void 0) ids.push(id);
	}
	const summaries = [];
	for (const id of ids.sort().reverse()) {
		if (summaries.length === limit) break;
		const prefix = backupPrefix(cluster, id);
		const manifest = await readManifest(store, prefix, signal);
		if (manifest === void 0) log.warn(`${store.url}/${prefix}${MANIFEST_NAME} is no manifest of this format`);
		else summaries.push({
			manifest,
			storeUrl: store.url,
			prefix
		});
	}
	return summaries;
}
/** @throws KubestairError BACKUP_NOT_FOUND, or of the store */
async function readBackup(cluster, id, deps) {
	const prefix = backupPrefix(cluster, id);
	const manifest = await readManifest(deps.store, prefix, deps.signal);
	if (manifest !== void 0) return {
		manifest,
		storeUrl: deps.store.url,
		prefix
	};
	throw new KubestairError("BACKUP_NOT_FOUND", `the store has no complete backup ${id} of cluster ${cluster}`, {
		object: `${deps.store.url}/${prefix}`,
		next: "Choose an id that `kubestair status` shows."
	});
}
async function readManifest(store, prefix, signal) {
	const body = await store.get(prefix + MANIFEST_NAME, signal);
	if (body === void 0) return void 0;
	const manifest = parseJson$1(await text(body));
	return manifestSchema.safeParse(manifest).data;
}
function parseJson$1(json) {
	try {
		return JSON.parse(json);
	} catch {
		return;
	}
}
// src/backup/encryption.ts
/** Providers that keep their keys in the file itself (apiserver.config.k8s.io/v1, ProviderConfiguration). */
const WITH_KEYS = [
	"aescbc",
	"aesgcm",
	"secretbox"
];
const configurationSchema = object$1({ resources: array(object$1({ providers: array(record$2(string(), unknown$1())) })) });
/**
* Looks into what encrypts a control plane's data at rest, and masks its keys.
* @throws KubestairError ENCRYPTION_UNREADABLE when the file is none that an API server could have been started with
*/
function readEncryption(node, configuration, log) {
	const parsed = configurationSchema.safeParse(parseYaml(configuration.text));
	if (!parsed.success) throw new KubestairError("ENCRYPTION_UNREADABLE", `${configuration.file} is no EncryptionConfiguration`, {
		object: `Node/${node}`,
		next: `Compare it with the --encryption-provider-config of the other control planes: without it a snapshot of etcd cannot be read.`
	});
	const used = parsed.data.resources.flatMap(({ providers }) => providers);
	for (const secret of used.flatMap(secretsIn)) log.mask(secret);
	return {
		node,
		configuration,
		providers: [...new Set(used.flatMap((provider) => Object.keys(provider)))]
	};
}
/**
* Refuses to lay keys in plain text beside the snapshot that they open.
* @param recipients Those that the backup is sealed to.
* @param plainKeys Whether the cluster file allows it.
* @throws KubestairError KEYS_UNSEALED
*/
function requireSealedKeys(encrypted, recipients, plainKeys) {
	const withKeys = encrypted.find(({ providers }) => providers.some((name) => WITH_KEYS.includes(name)));
	if (withKeys === void 0 || recipients.length > 0 || plainKeys) return;
	throw new KubestairError("KEYS_UNSEALED", "the cluster encrypts its data at rest, and without recipients the backup would hold the keys in plain text", {
		object: `Node/${withKeys.node}`,
		next: "Name age recipients in spec.backup.encryptTo; or, where the store itself keeps them safe, set spec.backup.plainKeys to true."
	});
}
/** Seals each configuration into a part of its own, apart from the snapshot that it opens. */
async function backUpEncryption(encrypted, parts, signal) {
	const written = [];
	for (const { node, configuration, providers } of encrypted) {
		const source = measure(once(Buffer.from(configuration.text)));
		const part = await parts.write(`keys/${node}.yaml`, source, signal);
		written.push({
			node,
			file: configuration.file,
			providers,
			part
		});
	}
	return written;
}
/** The keys themselves, base64 as the file has them. */
function secretsIn(provider) {
	const keyed = object$1({ keys: array(object$1({ secret: string() })) });
	return Object.values(provider).flatMap((value) => keyed.safeParse(value).data?.keys.map(({ secret }) => secret) ?? []);
}
async function* once(bytes) {
	yield bytes;
}
function parseYaml(text) {
	try {
		return (0, import_dist.parse)(text);
	} catch {
		return;
	}
}
// src/backup/discover.ts
const AGGREGATED$1 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList; served since Kubernetes 1.30. */
const groupList$1 = object$1({
	kind: literal$1("APIGroupDiscoveryList"),
	items: array(object$1({
		metadata: object$1({ name: string().optional() }).optional(),
		versions: array(object$1({
			version: string(),
			freshness: string().optional(),
			resources: array(object$1({
				resource: string(),
				responseKind: object$1({ kind: string() }).nullish(),
				scope: string(),
				verbs: array(string())
			})).nullish()
		})).nullish()
	})).nullish()
});
const apiServices = object$1({ items: array(object$1({
	spec: object$1({
		group: string().optional(),
		version: string().optional(),
		service: unknown$1().optional()
	}),
	status: object$1({ conditions: array(object$1({
		type: string(),
		status: string(),
		message: string().optional()
	})).nullish() }).optional()
})) });
/**
* Finds every kind that can be listed, each group's resource once, in the group's preferred version that serves it. A group
* version behind a dead aggregated API is a gap, never dropped silently (velero#6929).
* @throws KubeStatusError, KubestairError KUBE_REQUEST
*/
async function discover(kube, signal) {
	const [core, named, unavailable] = await Promise.all([
		readGroups(kube, "/api", signal),
		readGroups(kube, "/apis", signal),
		unavailableServices(kube, signal)
	]);
	const versions = [...core, ...named];
	const kinds = /* @__PURE__ */ new Map();
	for (const { group, version } of versions) for (const kind of listableKinds(group, version)) {
		const key = `${kind.group}/${kind.resource}`;
		if (!kinds.has(key)) kinds.set(key, kind);
	}
	const stale = versions.filter(({ version }) => version.freshness === "Stale").map(({ group, version }) => ({
		group,
		version: version.version,
		reason: "the API server has no current discovery document of it"
	}));
	return {
		kinds: [...kinds.values()].sort(byGroupAndResource),
		gaps: uniqueGaps([...unavailable, ...stale])
	};
}
function listableKinds(group, version) {
	return (version.resources ?? []).filter((resource) => resource.verbs.includes("list")).map((resource) => ({
		group,
		version: version.version,
		resource: resource.resource,
		kind: resource.responseKind?.kind ?? resource.resource,
		namespaced: resource.scope === "Namespaced"
	}));
}
async function readGroups(kube, path, signal) {
	const answer = groupList$1.safeParse(await kube.request({
		path,
		accept: AGGREGATED$1,
		signal
	}));
	if (!answer.success) throw new KubestairError("KUBE_REQUEST", `${path} answered with no aggregated discovery document`, {
		object: kube.server,
		next: "Kubernetes serves it since 1.30: check that nothing between here and the API server strips the Accept header.",
		cause: answer.error
	});
	return (answer.data.items ?? []).flatMap((item) => (item.versions ?? []).map((version) => ({
		group: item.metadata?.name ?? "",
		version
	})));
}
/** Aggregated APIs whose server does not answer; discovery may still show them as they once were. */
async function unavailableServices(kube, signal) {
	const answer = await readApiServices(kube, signal);
	return apiServices.parse(answer).items.flatMap(({ spec, status }) => {
		if (spec.service === void 0 || spec.service === null) return [];
		const available = status?.conditions?.find((condition) => condition.type === "Available");
		if (available?.status === "True") return [];
		const reason = `its aggregated API is not available: ${available?.message ?? "no condition says that it is"}`;
		return [{
			group: spec.group ?? "",
			version: spec.version ?? "",
			reason
		}];
	});
}
async function readApiServices(kube, signal) {
	try {
		return await kube.request({
			path: "/apis/apiregistration.k8s.io/v1/apiservices",
			signal
		});
	} catch (error) {
		if (error instanceof KubeStatusError) return { items: [] };
		throw error;
	}
}
function uniqueGaps(gaps) {
	const byName = /* @__PURE__ */ new Map();
	for (const gap of gaps) {
		const key = `${gap.group}/${gap.version}`;
		if (!byName.has(key)) byName.set(key, gap);
	}
	return [...byName.values()];
}
function byGroupAndResource(a, b) {
	return compare$2(a.group, b.group) || compare$2(a.resource, b.resource);
}
function compare$2(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
// src/backup/list-scanner.ts
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const SPACE = 32;
const TAB = 9;
const LINE_FEED$1 = 10;
const CARRIAGE_RETURN = 13;
/** A list carries a few hundred bytes around its items; what carries more than this is no Kubernetes list. */
const ENVELOPE_LIMIT = 1048576;
/** A body that is not the JSON of a Kubernetes list, or not all of it. */
var MalformedListError = class extends Error {
	name = "MalformedListError";
};
/**
* Splits the JSON of a Kubernetes list into its items as the bytes arrive, without parsing them: a parser would corrupt the
* integers beyond 2^53 that custom resources may hold, and is slower. The text of an item stays as it is, but for line breaks
* between its tokens, which become spaces. `metadata` may come before the items (built-in kinds) or after (custom resources).
*/
function scanList() {
	const envelope = [];
	let envelopeBytes = 0;
	let position = "before";
	let depth = 0;
	let inString = false;
	/** Set when a chunk ended between a backslash and the byte it escapes. */
	let escaped = false;
	let expected = "item or end";
	let items = 0;
	function push(chunk) {
		if (position === "after") {
			keep(chunk);
			return /* @__PURE__ */ new Uint8Array();
		}
		const start = position === "items" ? 0 : findItems(chunk);
		if (start === void 0) return /* @__PURE__ */ new Uint8Array();
		const bytes = Buffer.from(chunk.subarray(start));
		const begunBefore = items > 0;
		const end = splitItems(bytes);
		const from = begunBefore ? 0 : bytes.indexOf(OPEN_BRACE);
		if (end === void 0) return from === -1 ? /* @__PURE__ */ new Uint8Array() : bytes.subarray(from);
		keep(chunk.subarray(start + end));
		position = "after";
		if (items === 0) return /* @__PURE__ */ new Uint8Array();
		bytes[end] = LINE_FEED$1;
		return bytes.subarray(from, end + 1);
	}
	/** Index of the first byte after `"items":[`, if it is in this chunk. */
	function findItems(chunk) {
		for (let index = inString ? skipString(chunk, 0) : 0; index < chunk.length; index++) {
			const byte = chunk[index];
			if (byte === QUOTE) index = skipString(chunk, index + 1) - 1;
			else if (byte === OPEN_BRACKET && depth === 1 && followsItemsKey(chunk.subarray(0, index))) {
				keep(chunk.subarray(0, index + 1));
				position = "items";
				depth = 0;
				return index + 1;
			} else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
			else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
		}
		keep(chunk);
	}
	function followsItemsKey(before) {
		return /[{,\s]"items"\s*:\s*$/.test(Buffer.concat([...envelope, before]).toString("latin1"));
	}
	/** Makes lines of items in place. Index of the bracket that ends the items, if it is in these bytes. */
	function splitItems(bytes) {
		let level = depth;
		for (let index = inString ? skipString(bytes, 0) : 0; index < bytes.length; index++) {
			const byte = bytes[index];
			if (byte === QUOTE && level > 0) index = skipString(bytes, index + 1) - 1;
			else if (byte === LINE_FEED$1 || byte === CARRIAGE_RETURN) bytes[index] = SPACE;
			else if (level === 0) {
				if (byte === CLOSE_BRACKET && expected !== "item") return index;
				if (byte === OPEN_BRACE) level = 1;
				if (isSeparator(byte)) bytes[index] = LINE_FEED$1;
			} else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) level++;
			else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --level === 0) expected = "comma or end";
		}
		depth = level;
	}
	/** Takes a byte between items; whether it is the comma after one. */
	function isSeparator(byte) {
		if (byte === SPACE || byte === TAB) return false;
		if (byte === COMMA && expected === "comma or end") {
			expected = "item";
			return true;
		}
		if (byte !== OPEN_BRACE || expected === "comma or end") throw new MalformedListError(`the list has byte ${byte} where ${expected} was expected`);
		items++;
		return false;
	}
	/** Index after the string that `start` is in, or the length when it does not end in these bytes. */
	function skipString(bytes, start) {
		let index = escaped ? start + 1 : start;
		for (; index < bytes.length; index++) {
			const byte = bytes[index];
			if (byte === BACKSLASH) index++;
			else if (byte === QUOTE) break;
		}
		inString = index >= bytes.length;
		escaped = index > bytes.length;
		return Math.min(index + 1, bytes.length);
	}
	function keep(bytes) {
		envelopeBytes += bytes.length;
		if (envelopeBytes > ENVELOPE_LIMIT) throw new MalformedListError("the answer is no list of objects");
		envelope.push(Buffer.from(bytes));
	}
	function finish() {
		if (position === "items") throw new MalformedListError("the list ended in the middle of its items");
		const list = parseEnvelope(Buffer.concat(envelope).toString("utf8"));
		if (Array.isArray(list.items) ? list.items.length > 0 : list.items !== void 0 && list.items !== null) throw new MalformedListError("the list holds its items in a form that is not understood");
		return {
			resourceVersion: list.metadata?.resourceVersion ?? "",
			continueToken: list.metadata?.continue ?? "",
			items
		};
	}
	return {
		push,
		finish
	};
}
function parseEnvelope(text) {
	const list = parseJson(text);
	if (typeof list === "object" && list !== null && !Array.isArray(list) && "metadata" in list) return list;
	throw new MalformedListError("the answer is no list of objects");
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new MalformedListError("the list ended early or is not valid JSON", { cause: error });
	}
}
// src/backup/list-pages.ts
/** kubectl's own default (`--chunk-size`). */
const PAGE_OBJECTS$1 = 500;
const listMeta = object$1({ metadata: object$1({ resourceVersion: string().optional() }).optional() });
/**
* All objects of a kind as NDJSON, each exactly as the API server lists it (items of built-in kinds carry neither apiVersion nor
* kind there), page by page, nothing held in memory.
* @param exactly Resource version to list at; undefined for a list that is consistent in itself, at a version of its own.
* @throws KubeStatusError (410 when the resource version was compacted), MalformedListError, whatever a cut connection throws
*/
async function* listPages(kube, kind, exactly, onPage, signal) {
	let continueToken = "";
	do {
		const scanner = scanList();
		let bytes = 0;
		for await (const chunk of await kube.stream({
			path: pagePath(kind, exactly, continueToken),
			signal
		})) {
			const lines = scanner.push(chunk);
			bytes += lines.length;
			if (lines.length > 0) yield lines;
		}
		const page = scanner.finish();
		onPage(page, bytes);
		continueToken = page.continueToken;
	} while (continueToken !== "");
}
/**
* The resource version that a kind's list has now. A list without a version is a consistent read (Kubernetes API concepts,
* "Resource versions"); one object is asked for since only the list's metadata matters.
* @returns Empty where the API has none (componentstatuses, metrics.k8s.io).
*/
async function currentResourceVersion(kube, kind, signal) {
	const list = await kube.request({
		path: `${collectionPath$1(kind)}?limit=1`,
		signal
	});
	return listMeta.parse(list).metadata?.resourceVersion ?? "";
}
/** Every cluster has namespaces, and they are always in the main etcd. */
const NAMESPACES = {
	group: "",
	version: "v1",
	resource: "namespaces"
};
function pagePath(kind, exactly, continueToken) {
	const query = new URLSearchParams({ limit: String(PAGE_OBJECTS$1) });
	if (continueToken !== "") query.set("continue", continueToken);
	else if (exactly !== void 0) {
		query.set("resourceVersion", exactly);
		query.set("resourceVersionMatch", "Exact");
	}
	return `${collectionPath$1(kind)}?${query}`;
}
/** Path of a kind's objects, of one namespace or of all. */
function collectionPath$1({ group, version, resource }, namespace) {
	return `${group === "" ? "/api" : `/apis/${group}`}/${version}/${namespace === void 0 ? "" : `namespaces/${encodeURIComponent(namespace)}/`}${resource}`;
}
// src/backup/export-kind.ts
/** A list that breaks off is read again from its start this often. */
const ATTEMPTS$2 = 3;
/** How an aggregated API that does not know `resourceVersionMatch` refuses it: BadRequest, Invalid. */
const CANNOT_CUT = [400, 422];
/** The resource version was compacted away before the kind was listed: the whole cut has to be made again. */
var CutExpiredError = class extends Error {
	name = "CutExpiredError";
};
/**
* Exports one kind into its part. What the API server refuses becomes the part's `error`; trouble with the store is thrown.
* @param exactly Resource version of the cut; undefined for a kind that only has versions of its own.
* @throws CutExpiredError, KubestairError of the store and KUBE_UNREACHABLE, the signal's reason
*/
async function exportKind(kind, exactly, deps) {
	for (let attempt = 1;; attempt++) try {
		return await exportOnce(kind, exactly, deps);
	} catch (error) {
		deps.signal.throwIfAborted();
		if (error instanceof KubestairError) {
			if (error.code === "KUBE_UNREACHABLE" && attempt < ATTEMPTS$2) continue;
			throw error;
		}
		const refused = error instanceof KubeStatusError;
		if (refused && error.status === 410 && exactly !== void 0) throw new CutExpiredError(error.message, { cause: error });
		if (refused && CANNOT_CUT.includes(error.status) && exactly !== void 0) return await exportKind(kind, void 0, deps);
		if (!(!refused || error.status === 410) || attempt === ATTEMPTS$2) return failedKind(kind, reasonOf(error));
	}
}
/** The entry of a kind that could not be exported. */
function failedKind(kind, reason) {
	return {
		...kind,
		objects: 0,
		consistency: "own",
		listResourceVersion: "",
		error: reason
	};
}
async function exportOnce(kind, exactly, { kube, parts, witness, meter, signal }) {
	const pages = [];
	const lines = listPages(kube, kind, exactly, (page, bytes) => {
		pages.push(page);
		meter.add(bytes, page.items);
	}, signal);
	const part = await parts.write(`${partFolder(kind)}/${kind.resource}.ndjson`, measure(witness?.resources(kind, lines) ?? lines), signal);
	const versions = [...new Set(pages.map((page) => page.resourceVersion))];
	return {
		...kind,
		objects: pages.reduce((sum, page) => sum + page.items, 0),
		consistency: versions.length === 1 && versions[0] === exactly ? "exact" : "own",
		listResourceVersion: versions.at(-1) ?? "",
		part
	};
}
function partFolder(kind) {
	return `resources/${kind.group || "core"}/${kind.version}`;
}
function reasonOf(error) {
	if (error instanceof KubeStatusError) return `${error.status} ${error.reason}: ${error.message}`;
	return error instanceof Error ? error.message : String(error);
}
// src/backup/progress.ts
const INTERVAL_MILLISECONDS = 2e3;
function startMeter(key, deps) {
	const startedAt = deps.clock.now().getTime();
	let toldAt = startedAt;
	let totalBytes = 0;
	let totalObjects = 0;
	function summary() {
		const seconds = Math.max(.001, (deps.clock.now().getTime() - startedAt) / 1e3);
		const objects = totalObjects > 0 ? `${totalObjects} objects, ` : "";
		const rate = totalObjects > 0 ? `${Math.round(totalObjects / seconds)} objects/s` : `${formatBytes(totalBytes / seconds)}/s`;
		return `${objects}${formatBytes(totalBytes)} in ${seconds.toFixed(1)} s (${rate})`;
	}
	return {
		add(bytes, objects = 0) {
			totalBytes += bytes;
			totalObjects += objects;
			const now = deps.clock.now().getTime();
			if (now - toldAt < INTERVAL_MILLISECONDS) return;
			toldAt = now;
			deps.log.progress(key, `${key}: ${summary()}`);
		},
		summary
	};
}
/** Bytes as a person says them: `45 MB`. Decimal units. */
function formatBytes(bytes) {
	if (bytes < 1e3) return `${Math.round(bytes)} B`;
	if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
	if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
	return `${(bytes / 1e9).toFixed(2)} GB`;
}
/** Passes a stream on and counts its bytes. */
async function* metered(source, meter) {
	for await (const chunk of source) {
		meter.add(chunk.length);
		yield chunk;
	}
}
// src/backup/survey.ts
const CONCURRENCY$2 = 4;
/**
* Finds out which kinds share the cluster's revision. An aggregated API, or events in an etcd of their own
* (`--etcd-servers-overrides`), count revisions of their own, and could answer a list at another's number with the state of some
* other time. So each kind is asked for its version between two readings of the main one: what lies outside is another count.
*/
async function surveyKinds(kube, kinds, signal) {
	const limit = pLimit(CONCURRENCY$2);
	const before = await currentResourceVersion(kube, NAMESPACES, signal);
	const versions = await Promise.all(kinds.map((kind) => limit(() => versionOf(kube, kind, signal))));
	const after = await currentResourceVersion(kube, NAMESPACES, signal);
	return kinds.map((kind, index) => {
		const version = versions[index];
		if (version instanceof Error) return {
			kind,
			cut: "none",
			reason: version.message
		};
		return {
			kind,
			cut: isBetween(before, version ?? "", after) ? "exact" : "own"
		};
	});
}
async function versionOf(kube, kind, signal) {
	try {
		return await currentResourceVersion(kube, kind, signal);
	} catch (error) {
		if (error instanceof KubeStatusError) return error;
		throw error;
	}
}
function isBetween(before, version, after) {
	if (!/^[0-9]+$/.test(version)) return false;
	return BigInt(before) <= BigInt(version) && BigInt(version) <= BigInt(after);
}
// src/backup/together.ts
/**
* Does several things at a time. The first failure stops the others, which are waited for, so that nothing is under way when this
* ends. @throws what failed first, or the signal's reason
*/
async function together(signal, tasks) {
	const failure = new AbortController();
	const either = AbortSignal.any([signal, failure.signal]);
	const results = await Promise.allSettled(tasks.map(async (task) => {
		try {
			either.throwIfAborted();
			return await task(either);
		} catch (error) {
			failure.abort(error);
			throw error;
		}
	}));
	signal.throwIfAborted();
	failure.signal.throwIfAborted();
	return results.map((result) => result.status === "fulfilled" ? result.value : void 0);
}
// src/backup/export.ts
const CONCURRENCY$1 = 4;
const CUTS = 3;
const DISCOVERIES = 3;
const DISCOVERY_PAUSE_MILLISECONDS = 2e3;
/**
* Exports every listable kind as NDJSON at one resource version, several kinds at a time. When the API server compacts that
* version away meanwhile (every 5 minutes by default), everything is exported again at a new one, so that it stays one cut. After
* three that came too late, the kinds that were compacted away are listed at versions of their own and called `expired`.
* @param beside Started once the resource version is chosen.
* @throws KubestairError KUBE_*; errors of the store and of `beside`; the signal's reason
*/
async function exportResources(deps, beside = async () => void 0) {
	const { kinds, gaps } = await discoverSettled(deps);
	const surveys = await surveyKinds(deps.kube, kinds, deps.signal);
	const missing = gaps.map(({ group, version, reason }) => failedKind({
		group,
		version,
		resource: "*",
		kind: "*",
		namespaced: false
	}, reason));
	for (let cut = 1;; cut++) {
		const resourceVersion = await currentResourceVersion(deps.kube, NAMESPACES, deps.signal);
		const ifExpired = cut < CUTS ? "start over" : "list anew";
		try {
			const [exported, done] = await together(deps.signal, [(signal) => exportCut(surveys, resourceVersion, ifExpired, {
				...deps,
				signal
			}), (signal) => beside(resourceVersion, signal)]);
			return {
				resourceVersion,
				resources: [...exported, ...missing],
				beside: done
			};
		} catch (error) {
			if (!(error instanceof CutExpiredError)) throw error;
			deps.log.warn(`resource version ${resourceVersion} expired before all kinds were listed at it; starting over`);
		}
	}
}
/** An aggregated API may just have been restarted: what discovery misses is looked for again, a little later. */
async function discoverSettled({ kube, clock, log, signal }) {
	for (let attempt = 1;; attempt++) {
		const discovery = await discover(kube, signal);
		if (discovery.gaps.length === 0 || attempt === DISCOVERIES) return discovery;
		const names = discovery.gaps.map((gap) => `${gap.group}/${gap.version}`).join(", ");
		log.debug(`discovery of ${names} is incomplete, looking again`);
		await clock.sleep(DISCOVERY_PAUSE_MILLISECONDS, signal);
	}
}
async function exportCut(surveys, resourceVersion, ifExpired, deps) {
	const meter = startMeter("export", deps);
	const limit = pLimit(CONCURRENCY$1);
	const exported = await together(deps.signal, surveys.map((survey) => (signal) => limit(() => exportSurveyed(survey, resourceVersion, ifExpired, {
		...deps,
		meter,
		signal
	}))));
	deps.log.info(`export at resource version ${resourceVersion}: ${meter.summary()}`);
	return exported;
}
async function exportSurveyed(survey, resourceVersion, ifExpired, deps) {
	deps.signal.throwIfAborted();
	switch (survey.cut) {
		case "exact": return await exportExactly(survey, resourceVersion, ifExpired, deps);
		case "own": return await exportKind(survey.kind, void 0, deps);
		case "none": return failedKind(survey.kind, survey.reason);
	}
}
async function exportExactly({ kind }, resourceVersion, ifExpired, deps) {
	try {
		return await exportKind(kind, resourceVersion, deps);
	} catch (error) {
		if (!(error instanceof CutExpiredError) || ifExpired === "start over") throw error;
		const listed = await exportKind(kind, void 0, deps);
		return listed.part === void 0 ? listed : {
			...listed,
			consistency: "expired"
		};
	}
}
// src/backup/seal.ts
/** Level 3 is zstd's own default: about 470 MB/s, and higher levels gain little on JSON and bbolt pages. */
const ZSTD_LEVEL = 3;
/** What sealing adds to a part's name. */
function sealedName(path, recipients) {
	return recipients.length > 0 ? `${path}.zst.age` : `${path}.zst`;
}
/**
* Compresses a stream with zstd and, when there are recipients, encrypts it with age, hashing both ends on the way. One pass,
* constant memory, and no faster than its reader. `age -d | zstd -d` undoes it.
*/
function seal(plain, recipients) {
	const compressed = compress(plain.bytes);
	const sealed = measure(recipients.length > 0 ? encrypt(compressed, recipients) : compressed);
	return {
		bytes: sealed.bytes,
		digests: () => ({
			plain: plain.digest(),
			sealed: sealed.digest()
		})
	};
}
/** Checks age recipients before any work. @throws KubestairError CONFIG_INVALID */
function checkRecipients(recipients) {
	for (const recipient of recipients) try {
		new Encrypter().addRecipient(recipient);
	} catch (error) {
		throw new KubestairError("CONFIG_INVALID", `${recipient} is no age recipient`, {
			object: "spec.backup.encryptTo",
			next: "Name public keys as age-keygen prints them: age1…",
			cause: error
		});
	}
}
async function* compress(source) {
	const zstd = createZstdCompress({ params: {
		[constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
		[constants.ZSTD_c_checksumFlag]: 1
	} });
	pipeline(Readable.from(source, { objectMode: false }), zstd, () => {});
	yield* zstd;
}
async function* encrypt(source, recipients) {
	const encrypter = new Encrypter();
	for (const recipient of recipients) encrypter.addRecipient(recipient);
	yield* await encrypter.encrypt(ReadableStream.from(source));
}
// src/backup/parts.ts
const DELETE_CONCURRENCY = 8;
/** @param prefix The backup's folder in the store, ending in `/`. */
function openPartStore(store, prefix, recipients) {
	const written = /* @__PURE__ */ new Set();
	return {
		async write(path, source, signal) {
			const sealed = seal(source, recipients);
			const name = sealedName(path, recipients);
			written.add(name);
			await store.put(prefix + name, sealed.bytes, { signal });
			return {
				path: name,
				...sealed.digests()
			};
		},
		async check(part, signal) {
			const stored = await store.get(prefix + part.path, signal);
			if (stored === void 0) throw corrupt(part, "is gone");
			const digest = await digestOf$1(stored);
			if (digest.sha256 === part.sealed.sha256) return;
			throw corrupt(part, `has ${digest.bytes} bytes with SHA-256 ${digest.sha256}`);
		},
		async keepOnly(parts, signal) {
			const kept = new Set(parts.map((part) => part.path));
			const unwanted = [...written].filter((name) => !kept.has(name));
			await pLimit(DELETE_CONCURRENCY).map(unwanted, async (name) => {
				await store.delete(prefix + name, signal);
				written.delete(name);
			});
		}
	};
	function corrupt(part, finding) {
		return new KubestairError("STORE_CORRUPT", `read back from the store, the part ${finding}; ${`${part.sealed.bytes} bytes with SHA-256 ${part.sealed.sha256} were written`}`, {
			object: `${store.url}/${prefix}${part.path}`,
			next: "Do not trust this store with backups before its disks and its S3 implementation were looked at."
		});
	}
}
// src/backup/snapshot-trailer.ts
const TRAILER_BYTES = 32;
/** bbolt writes whole pages and etcd appends the trailer (etcd server/etcdserver/api/snap and api/v3rpc/maintenance.go). */
const SECTOR_BYTES = 512;
/**
* Checks a snapshot's own SHA-256 while it streams: its last 32 bytes are the digest of all bytes before them. `etcdutl snapshot
* restore` checks the same; `etcdutl snapshot status` does not.
* @throws KubestairError SNAPSHOT_CUT when the length cannot be a whole snapshot's, SNAPSHOT_HASH when the digest differs;
*   from `bytes`.
*/
function checkSnapshot(source, object) {
	let finished;
	async function* pass() {
		const hash = createHash("sha256");
		let tail = /* @__PURE__ */ new Uint8Array();
		let bytes = 0;
		for await (const chunk of source) {
			bytes += chunk.length;
			const seen = chunk.length >= TRAILER_BYTES ? chunk : Buffer.concat([tail, chunk]);
			if (seen === chunk) hash.update(tail);
			const bodyEnd = Math.max(0, seen.length - TRAILER_BYTES);
			hash.update(seen.subarray(0, bodyEnd));
			tail = Uint8Array.from(seen.subarray(bodyEnd));
			yield chunk;
		}
		finished = {
			trailer: verify(tail, hash.copy().digest(), bytes, object),
			digest: {
				bytes,
				sha256: hash.update(tail).digest("hex")
			}
		};
	}
	function result() {
		if (finished === void 0) throw new Error("the snapshot was not read to its end");
		return finished;
	}
	return {
		bytes: pass(),
		digest: () => result().digest,
		trailerSha256: () => result().trailer
	};
}
function verify(tail, computed, size, object) {
	if (size <= TRAILER_BYTES || size % SECTOR_BYTES !== TRAILER_BYTES) throw new KubestairError("SNAPSHOT_CUT", `the etcd snapshot ended after ${size} bytes, in the middle`, {
		object,
		next: "Run the command again; if it happens again, look at the log of that etcd member."
	});
	if (computed.equals(tail)) return computed.toString("hex");
	throw new KubestairError("SNAPSHOT_HASH", `the etcd snapshot says that its SHA-256 is ${Buffer.from(tail).toString("hex")}, but it is ${computed.toString("hex")}`, {
		object,
		next: "Run the command again; if it happens again, compare the members with `etcdctl endpoint hashkv --cluster`."
	});
}
// src/backup/snapshot.ts
const ATTEMPTS$1 = 3;
const CATCH_UP_MILLISECONDS = 3e4;
const POLL_MILLISECONDS$3 = 500;
/**
* Streams a snapshot of one member into the backup and checks its trailer on the way. When the stream breaks off, a healthy member
* is looked for again, since the one that gave it may be gone.
* @param atLeast Resource version of the export. The snapshot holds it too, so that an export can be proved by its snapshot: a
*   resource version is a revision of etcd, and a member may lag behind the one that the API server read from.
* @throws KubestairError SNAPSHOT_CUT, SNAPSHOT_HASH, ETCD_UNHEALTHY, those of the store and of `openEtcd`
*/
async function takeSnapshot(atLeast, deps) {
	for (let attempt = 1;; attempt++) {
		const etcd = await deps.openEtcd(deps.signal);
		try {
			return await snapshotOf(etcd, BigInt(atLeast), deps);
		} catch (error) {
			deps.signal.throwIfAborted();
			if (!(error instanceof KubestairError && error.code === "SNAPSHOT_CUT") || attempt === ATTEMPTS$1) throw error;
			deps.log.warn(`${error.message} (${etcd.endpoint}); looking for a healthy member again`);
		} finally {
			await etcd.close();
		}
	}
}
async function snapshotOf(etcd, atLeast, deps) {
	const { parts, signal } = deps;
	const status = await caughtUp(etcd, atLeast, deps);
	const member = (await etcd.members(signal)).find((candidate) => candidate.id === status.memberId)?.name || status.memberId;
	const meter = startMeter("etcd snapshot", deps);
	const stream = etcd.snapshot(signal);
	const snapshot = checkSnapshot(metered(deps.witness?.snapshot(stream) ?? stream, meter), etcd.endpoint);
	const part = await parts.write("etcd/snapshot.db", snapshot, signal);
	deps.log.info(`etcd snapshot of member ${member}: ${meter.summary()}`);
	return {
		member,
		memberId: status.memberId,
		etcdVersion: status.version,
		revision: String(status.revision),
		trailerSha256: snapshot.trailerSha256(),
		part
	};
}
async function caughtUp(etcd, atLeast, { clock, signal }) {
	const deadline = clock.now().getTime() + CATCH_UP_MILLISECONDS;
	for (;;) {
		const status = await etcd.status(signal);
		if (status.learner) throw unhealthy(etcd, "is a learner, which gives no snapshots");
		if (status.revision >= atLeast) return status;
		if (clock.now().getTime() >= deadline) throw unhealthy(etcd, `is at revision ${status.revision}, behind the cluster's ${atLeast}`);
		await clock.sleep(POLL_MILLISECONDS$3, signal);
	}
}
function unhealthy(etcd, finding) {
	return new KubestairError("ETCD_UNHEALTHY", `the etcd member ${finding}`, {
		object: etcd.endpoint,
		next: "Look at `etcdctl endpoint status --cluster` and the log of that member."
	});
}
// src/backup/run-backup.ts
const READ_BACK_CONCURRENCY = 4;
/** A cancelled job of GitHub Actions is killed 10 s after the signal. */
const CLEAN_UP_MILLISECONDS = 4e3;
/**
* Takes a backup: proves that the store works, exports every kind at one resource version, snapshots etcd right after, fetches
* the hosts' files, reads every part back, and writes the manifest last, create-only. On any failure there is no manifest, and
* what was written is deleted as far as that works. A kind that cannot be exported makes the backup `partial`; acceptForUpgrade()
* refuses such a one.
* @throws KubestairError CONFIG_INVALID, STORE_NOT_FOUND, STORE_REFUSED or STORE_UNREACHABLE before anything was done; later
*   STORE_FAILED, STORE_CORRUPT, SNAPSHOT_CUT, SNAPSHOT_HASH, ETCD_UNHEALTHY, BACKUP_EXISTS, KUBE_*, HOST_*
*/
async function runBackup({ plainKeys = false, ...request }, deps) {
	const { store, clock, log, signal } = deps;
	const prefix = backupPrefix(request.cluster.name, request.id);
	checkRecipients(request.recipients);
	await store.probe(`${request.cluster.name}/`, signal);
	const encrypted = await readEncryptions(deps);
	requireSealedKeys(encrypted, request.recipients, plainKeys);
	const startedAt = clock.now().toISOString();
	const parts = openPartStore(store, prefix, request.recipients);
	try {
		const gathered = await gather(parts, encrypted, deps);
		const all = partsOf$1(gathered);
		await parts.keepOnly(all, signal);
		const proofs = [await proveChecksums(parts, all, deps)];
		const manifest = {
			format: "kubestair.dev/backup/v1",
			...request,
			startedAt,
			finishedAt: clock.now().toISOString(),
			state: gathered.resources.every(isWhole) ? "complete" : "partial",
			...gathered,
			proofs
		};
		const body = Buffer.from(`${JSON.stringify(manifest, void 0, 2)}\n`);
		await store.put(prefix + MANIFEST_NAME, body, {
			createOnly: true,
			contentType: "application/json",
			signal
		});
		log.info(`backup ${request.id} is ${manifest.state}: ${store.url}/${prefix}`);
		return {
			manifest,
			storeUrl: store.url,
			prefix
		};
	} catch (error) {
		await cleanUp(prefix, parts, error, deps);
		signal.throwIfAborted();
		throw asFailure(error, deps.kube);
	}
}
async function gather(parts, encrypted, deps) {
	const { openEtcd } = deps;
	const cut = await exportResources({
		...deps,
		parts
	}, async (resourceVersion, signal) => openEtcd && takeSnapshot(resourceVersion, {
		...deps,
		openEtcd,
		parts,
		signal
	}));
	const { resourceVersion, beside: etcd } = cut;
	const resources = markAccepted(cut.resources, deps.acceptedGroups ?? []);
	const hosts = [];
	for (const host of deps.hosts) hosts.push(await backUpHost(host, parts, deps));
	const encryption = await backUpEncryption(encrypted, parts, deps.signal);
	return {
		resourceVersion,
		resources,
		...etcd && { etcd },
		hosts,
		...encryption.length > 0 && { encryption }
	};
}
async function readEncryptions({ hosts, log, signal }) {
	return (await Promise.all(hosts.map(async ({ node, encryption }) => {
		const configuration = await encryption?.(signal);
		return configuration && readEncryption(node, configuration, log);
	}))).filter((found) => found !== void 0);
}
async function backUpHost(host, parts, deps) {
	const meter = startMeter(`files of ${host.node}`, deps);
	const files = metered(host.files(deps.signal), meter);
	const part = await parts.write(`hosts/${host.node}.tar`, measure(files), deps.signal);
	deps.log.info(`files of ${host.node}: ${meter.summary()}`);
	return {
		node: host.node,
		part
	};
}
async function proveChecksums(parts, all, { clock, log, signal }) {
	await pLimit(READ_BACK_CONCURRENCY).map(all, (part) => parts.check(part, signal));
	const bytes = all.reduce((sum, part) => sum + part.sealed.bytes, 0);
	const detail = `${all.length} parts, ${formatBytes(bytes)}, read back from the store with the SHA-256 they were written with`;
	log.info(detail);
	return {
		kind: "checksums",
		result: "passed",
		at: clock.now().toISOString(),
		detail
	};
}
function partsOf$1({ resources, etcd, hosts, encryption = [] }) {
	return [
		...resources.flatMap((resource) => resource.part ?? []),
		...etcd ? [etcd.part] : [],
		...hosts.map((host) => host.part),
		...encryption.map((configuration) => configuration.part)
	];
}
/** The manifest goes first: without it there is no backup, but with it and without its parts there would be a broken one. */
async function cleanUp(prefix, parts, error, { store, log }) {
	if (error instanceof KubestairError && error.code === "BACKUP_EXISTS") return;
	const signal = AbortSignal.timeout(CLEAN_UP_MILLISECONDS);
	try {
		await store.delete(prefix + MANIFEST_NAME, signal);
		await parts.keepOnly([], signal);
	} catch (failure) {
		log.warn(`parts of the backup that failed are left in ${store.url}/${prefix}: ${asKubestairError(failure).message}`);
	}
}
const AGAIN = "Look at the log of that server, then run the command again.";
const LATE_REFUSALS = [
	"STORE_REFUSED",
	"STORE_NOT_FOUND",
	"STORE_UNREACHABLE"
];
function asFailure(error, kube) {
	if (error instanceof KubeStatusError) return new KubestairError("KUBE_REQUEST", error.message, {
		object: kube.server,
		next: AGAIN,
		cause: error
	});
	if (!(error instanceof KubestairError) || !LATE_REFUSALS.includes(error.code)) return error;
	return new KubestairError("STORE_FAILED", error.message, {
		...error.object !== void 0 && { object: error.object },
		next: error.next ?? AGAIN,
		cause: error
	});
}
// src/commands/take-backup.ts
/**
* Backs up an observed cluster: all resources, etcd, and the files of every control-plane host.
* @param member Name or id of the etcd member to take the snapshot from; default a healthy one.
*/
async function takeBackup(reason, runId, config, observation, { kube, store, provider }, io, member) {
	const controlPlanes = observation.nodes.filter((node) => node.role === "control-plane");
	return await runBackup({
		id: backupId(io.clock.now(), Buffer.from(io.random(2)).toString("hex")),
		tool: io.tool,
		cluster: {
			name: config.name,
			uid: observation.clusterUid,
			version: observation.apiServerVersion
		},
		reason,
		runId,
		recipients: config.backup.encryptTo,
		plainKeys: config.backup.plainKeys
	}, {
		kube,
		store,
		acceptedGroups: acceptedGroups(config.accept, dayOf(io.clock.now())),
		...provider.capabilities.etcd && { openEtcd: (signal) => provider.openEtcd(observation.nodes, member, signal) },
		hosts: controlPlanes.map((node) => ({
			node: node.name,
			files: (signal) => provider.hostFiles(node, signal),
			encryption: (signal) => provider.encryptionConfiguration(node, signal)
		})),
		clock: io.clock,
		log: io.log,
		signal: io.signal
	});
}
// src/commands/backup.ts
/** Exports all resources, etcd and host files to the store, and proves what arrived there. Changes nothing in the cluster. */
async function backup(request, io) {
	const { config } = await loadCluster(request, io);
	await using connections = await connect$2(config, request.access, io);
	const observation = await observe({
		...connections,
		access: config.access,
		signal: io.signal
	});
	const summary = await takeBackup("backup", newRunId(io), config, observation, connections, io, request.member);
	return {
		command: "backup",
		outcome: outcomeOf$2(summary),
		backup: summary
	};
}
/** A partial backup is kept, since some backup is better than none, but nobody may take it for a whole one. */
function outcomeOf$2({ manifest }) {
	const lack = shortcomingOf(manifest);
	if (lack === void 0) return { state: "changed" };
	const { code, message, next } = lack;
	return {
		state: "failed",
		problem: {
			code,
			message: `the backup was kept, but it is ${message}`,
			object: manifest.id,
			next
		}
	};
}
// src/plan/matrix.ts
/** Sorts clusters into waves: lower numbers first, clusters without one last, by name within. */
function clusterMatrix(clusters) {
	const sorted = clusters.toSorted((a, b) => turnOf(a) - turnOf(b) || compareText(a.cluster, b.cluster) || compareText(a.file, b.file));
	const waves = Map.groupBy(sorted, turnOf);
	return {
		matrix: { include: sorted },
		waves: [...waves.values()].map((include) => ({ include }))
	};
}
function turnOf({ wave }) {
	return wave ?? Number.MAX_SAFE_INTEGER;
}
function compareText(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
// src/commands/matrix.ts
/**
* The job matrix of the clusters that a change touches: those whose file, or the file that holds their version, is among the
* changed ones; all of them where nothing says what changed. Asks no cluster.
* @throws KubestairError HISTORY_UNKNOWN
*/
async function matrix(request, io) {
	const changed = await changedFiles(request, io);
	const found = [];
	for (const file of await clusterFiles(request.file, io.cwd)) {
		const { cluster, versionFile } = await look(file, io);
		if (changed === void 0 || changed.has(file) || changed.has(versionFile)) found.push(cluster);
	}
	return {
		command: "matrix",
		outcome: { state: "ready" },
		matrix: clusterMatrix(found)
	};
}
/** @returns undefined where nothing says what changed */
async function changedFiles({ base, changed }, io) {
	if (changed !== void 0) return new Set(changed.map((file) => path.normalize(file)));
	const from = base ?? io.pullRequest?.base;
	return from === void 0 ? void 0 : new Set(await openHistory(io).changedSince(from, io.signal));
}
/** Files of a glob that say that they are cluster files; others may lie beside them. */
async function clusterFiles(pattern, cwd) {
	const files = await Array.fromAsync(glob(pattern, { cwd }));
	return (await Promise.all(files.map(async (file) => ({
		file,
		text: await readFile(path.resolve(cwd, file), "utf8").catch(() => "")
	})))).filter(({ text }) => /^apiVersion:\s*["']?kubestair\.dev\//m.test(text)).map(({ file }) => file).toSorted();
}
/** A file that is broken gets its job too, which then says what is wrong with it. */
async function look(file, io) {
	try {
		const readText = (name) => readFile(path.resolve(io.cwd, name), "utf8");
		const { config, versionAt, wave } = await loadClusterConfig(file, readText, DESCRIPTIONS);
		return {
			cluster: {
				cluster: config.name,
				file,
				...wave !== void 0 && { wave }
			},
			versionFile: path.normalize(versionAt.file)
		};
	} catch (thrown) {
		io.log.warn(`${file} cannot be read as a cluster file: ${thrown instanceof Error ? thrown.message : thrown}`);
		return {
			cluster: {
				cluster: path.parse(file).name,
				file
			},
			versionFile: file
		};
	}
}
// src/cluster/map-extensions.ts
function toWebhooks(kind, { metadata, webhooks = [] }, backends) {
	return webhooks.map((webhook) => {
		const { clientConfig, namespaceSelector = {}, objectSelector = {}, matchConditions = [] } = webhook;
		const backend = backends.of(clientConfig);
		const host = clientConfig.url === void 0 ? void 0 : hostIn(clientConfig.url);
		const caExpiresAt = endOf$1(clientConfig.caBundle);
		const own = backends.labelsOf(clientConfig.service?.namespace ?? "");
		return {
			configuration: `${kind}/${metadata.name}`,
			webhook: webhook.name,
			failsClosed: webhook.failurePolicy !== "Ignore",
			...backend !== void 0 && { backend },
			...host !== void 0 && { host },
			rules: (webhook.rules ?? []).map(({ apiGroups = [], resources = [], operations = [], scope = "*" }) => ({
				groups: apiGroups,
				resources,
				operations,
				scope
			})),
			selective: !isEmpty(objectSelector) || matchConditions.length > 0,
			optIn: wantsLabels(objectSelector) || wantsLabels(namespaceSelector),
			coversItself: own === void 0 || selects(namespaceSelector, own),
			...caExpiresAt !== void 0 && { caExpiresAt }
		};
	});
}
function toApiService({ metadata, spec, status }) {
	const condition = status?.conditions?.find(({ type }) => type === "Available");
	const available = condition?.status === "True";
	return {
		service: metadata.name,
		available,
		reason: available ? "" : condition?.reason ?? "no condition says that it is",
		aggregated: spec?.service !== void 0 && spec.service !== null
	};
}
function toCustomResource({ metadata, spec, status }) {
	const versions = spec?.versions ?? [];
	return {
		crd: metadata.name,
		established: (status?.conditions ?? []).some(({ type, status: value }) => type === "Established" && value === "True"),
		served: versions.filter(({ served }) => served === true).map(({ name }) => name),
		storage: versions.find(({ storage }) => storage === true)?.name ?? "",
		stored: status?.storedVersions ?? []
	};
}
/** Ready is what an endpoint is unless it says otherwise (discovery/v1, EndpointConditions). */
function toBackend(service, slices) {
	const ready = slices.flatMap(({ endpoints = [] }) => endpoints).filter(({ conditions }) => conditions?.ready !== false);
	const nodes = new Set(ready.flatMap(({ nodeName }) => nodeName === void 0 ? [] : [nodeName]));
	return {
		service,
		ready: ready.length,
		onNodes: [...nodes].toSorted()
	};
}
/** When the last authority of a bundle ends: until then something may be trusted. */
function endOf$1(bundle) {
	if (bundle === void 0) return void 0;
	const blocks = Buffer.from(bundle, "base64").toString("latin1").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
	try {
		const ends = blocks.map((block) => new X509Certificate(block).validToDate.getTime());
		return ends.length === 0 ? void 0 : new Date(Math.max(...ends)).toISOString();
	} catch {
		return;
	}
}
function hostIn(url) {
	return URL.canParse(url) ? new URL(url).host : url;
}
/** Whether a selector takes only what carries some label, instead of leaving some out. */
function wantsLabels({ matchLabels = {}, matchExpressions = [] }) {
	return Object.keys(matchLabels).length > 0 || matchExpressions.some(({ operator }) => operator === "In" || operator === "Exists");
}
function isEmpty({ matchLabels = {}, matchExpressions = [] }) {
	return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
// src/cluster/observe-migrations.ts
const GROUP = "/apis/storagemigration.k8s.io";
/** StorageVersionMigrations that have not come to an end, by name; none where the API server does not serve them. */
async function readMigrations(kube, reads, signal) {
	const version = (await reads.attempt(PLAN_GRANTS.migrations, () => getIfThere(kube, GROUP, { signal }), void 0))?.preferredVersion?.version;
	if (version === void 0) return [];
	return (await reads.attempt(PLAN_GRANTS.migrations, () => listWhole(kube, `${GROUP}/${version}/storageversionmigrations`, signal), [])).filter(isUnderWay).map(({ metadata }) => metadata.name);
}
/** Source: k8s.io/api/storagemigration, MigrationConditionType. */
function isUnderWay({ status }) {
	const ended = ({ type, status: value }) => (type === "Succeeded" || type === "Failed") && value === "True";
	return !(status?.conditions ?? []).some(ended);
}
// src/cluster/observe-extensions.ts
const AT_ONCE$2 = 8;
const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
/** What extends the API server, and what of it could not be read. Services are looked at only where an extension names them. */
async function observeExtensions(kube, signal) {
	const reads = openReads();
	const [validating, mutating, apiServices, definitions, migrations] = await Promise.all([
		reads.attempt(PLAN_GRANTS.validatingWebhooks, () => listWhole(kube, `${ADMISSION}/validatingwebhookconfigurations`, signal), []),
		reads.attempt(PLAN_GRANTS.mutatingWebhooks, () => listWhole(kube, `${ADMISSION}/mutatingwebhookconfigurations`, signal), []),
		reads.attempt(PLAN_GRANTS.apiServices, () => listWhole(kube, "/apis/apiregistration.k8s.io/v1/apiservices", signal), []),
		readDefinitions(kube, reads, signal),
		readMigrations(kube, reads, signal)
	]);
	const backends = await readBackends(kube, [...validating, ...mutating].flatMap(({ webhooks = [] }) => webhooks.map((each) => each.clientConfig)), reads, signal);
	return {
		unread: reads.unread,
		extensions: {
			webhooks: [...validating.flatMap((each) => toWebhooks("ValidatingWebhookConfiguration", each, backends)), ...mutating.flatMap((each) => toWebhooks("MutatingWebhookConfiguration", each, backends))],
			apiServices: apiServices.map(toApiService),
			customResources: definitions.map(toCustomResource),
			migrations
		}
	};
}
/** Without their schemas, which are most of them, as they arrive. */
async function readDefinitions(kube, reads, signal) {
	const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
	const found = [];
	const gather = async () => {
		for await (const { metadata, spec, status } of listAll(kube, path, signal)) {
			const versions = (spec?.versions ?? []).map(({ name, served = false, storage = false }) => ({
				name,
				served,
				storage
			}));
			found.push({
				metadata: { name: metadata.name },
				spec: { versions },
				...status !== void 0 && { status }
			});
		}
	};
	await reads.attempt(PLAN_GRANTS.customResources, gather, void 0);
	return found;
}
async function readBackends(kube, configs, reads, signal) {
	const limit = pLimit(AT_ONCE$2);
	const named = configs.flatMap(({ service }) => service === void 0 ? [] : [service]);
	const services = new Map(named.map((service) => [`${service.namespace}/${service.name}`, service]));
	const found = /* @__PURE__ */ new Map();
	const labels = /* @__PURE__ */ new Map();
	await Promise.all([...[...services].map(([key, { namespace, name }]) => limit(async () => {
		found.set(key, await readBackend(kube, namespace, name, signal));
	})), ...[...new Set(named.map(({ namespace }) => namespace))].map((namespace) => limit(async () => {
		const read = await reads.attempt(PLAN_GRANTS.namespaces, () => getIfThere(kube, `/api/v1/namespaces/${encodeURIComponent(namespace)}`, { signal }), void 0);
		if (read !== void 0) labels.set(namespace, read.metadata.labels ?? {});
	}))]);
	return {
		of: ({ service }) => service && found.get(`${service.namespace}/${service.name}`),
		labelsOf: (namespace) => labels.get(namespace)
	};
}
/** @returns undefined for a Service that is a name outside of the cluster */
async function readBackend(kube, namespace, name, signal) {
	const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
	const selector = { labelSelector: `kubernetes.io/service-name=${name}` };
	const slices = await readable(PLAN_GRANTS.endpointSlices, () => listWhole(kube, path, signal, selector));
	if (!slices.known) return slices;
	const backend = toBackend(`${namespace}/${name}`, slices.value);
	if (backend.ready > 0) return known(backend);
	const service = await readable(PLAN_GRANTS.services, () => getIfThere(kube, `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`, { signal }));
	if (!service.known) return service;
	return service.value?.spec?.type === "ExternalName" ? void 0 : known(backend);
}
// src/evidence/manifest-documents.ts
const APIS = [...new Set(DEPRECATED_APIS.map(({ api }) => api))];
/** As an apiVersion is written in YAML and in JSON. */
const MENTION = new RegExp(`apiVersion["']?\\s*:\\s*["']?(${APIS.map((api) => api.replaceAll(".", "\\.")).join("|")})(?![\\w./-])`);
/**
* Objects of a text of YAML documents whose API version has a release to go with. Parsing is slow, so that a document that names none
* of these versions is not parsed at all.
*/
function usesInDocuments(text) {
	const objects = [];
	const unread = [];
	const lines = new import_dist.LineCounter();
	lines.lineStarts.push(...lineStarts(text));
	const at = (offset) => {
		const { line, col } = lines.linePos(offset);
		return {
			line,
			column: col
		};
	};
	for (const { start, part } of partsOf(text)) {
		const mention = MENTION.exec(part);
		if (mention?.[1] === void 0) continue;
		const parsed = (0, import_dist.parseAllDocuments)(part, {
			prettyErrors: false,
			uniqueKeys: false
		});
		const documents = Array.isArray(parsed) ? parsed : [];
		if (documents.some(({ errors }) => errors.length > 0)) {
			unread.push({
				api: mention[1],
				...at(start + mention.index)
			});
			continue;
		}
		for (const { object, offset } of documents.flatMap(({ contents }) => objectsIn(contents))) objects.push({
			...object,
			...at(start + offset)
		});
	}
	return {
		objects,
		unread
	};
}
/** A text between lines of `---`, apart, so that one that cannot be parsed hides none of the others. */
function partsOf(text) {
	const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index)];
	return starts.map((start, index) => ({
		start,
		part: text.slice(start, starts[index + 1])
	}));
}
function lineStarts(text) {
	return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
/** The object itself, or the items of a List. */
function objectsIn(contents) {
	if (!(0, import_dist.isMap)(contents)) return [];
	const items = contents.get("items");
	if ((0, import_dist.isSeq)(items) && String(contents.get("kind")).endsWith("List")) return items.items.flatMap(objectsIn);
	const version = contents.get("apiVersion", true);
	const kind = contents.get("kind");
	if (!(0, import_dist.isScalar)(version) || typeof version.value !== "string" || typeof kind !== "string") return [];
	if (deprecatedKind(version.value, kind) === void 0) return [];
	const name = contents.getIn(["metadata", "name"]);
	return [{
		object: {
			api: version.value,
			kind,
			name: typeof name === "string" ? name : ""
		},
		offset: version.range?.[0] ?? 0
	}];
}
/** One file of the repository. */
function usesInFile(file, text) {
	const { objects, unread } = usesInDocuments(text);
	return {
		objects: objects.map(({ line, column, ...object }) => ({
			...object,
			location: {
				file,
				line,
				column
			}
		})),
		templates: unread.map(({ api, line, column }) => ({
			api,
			location: {
				file,
				line,
				column
			}
		}))
	};
}
// src/evidence/helm-release.ts
/** What is read of a release as Helm keeps it. Source: helm.sh/helm pkg/release, Release. */
const release$2 = object$1({
	manifest: string().default(""),
	hooks: array(object$1({ manifest: string().default("") })).nullish()
});
const GZIP = [
	31,
	139,
	8
];
/** A release unpacks to some megabytes at most: a Secret holds 1 MiB, of text that compresses well. */
const LARGEST$1 = 67108864;
/**
* Objects of a release, as its storage drivers keep it, whose API version has a release to go with: base64 of gzip of JSON, and of
* JSON alone where it was stored before Helm compressed. Source: helm.sh/helm pkg/storage/driver/util.go, decodeRelease.
* @param encoded what Helm wrote: the `release` of a ConfigMap, or that of a Secret after the API's own base64
* @throws Error that says what is wrong with it, and holds nothing of it
*/
function usesInRelease(encoded) {
	const { manifest, hooks } = parseRelease(unpack(Buffer.from(encoded, "base64")));
	const found = [manifest, ...(hooks ?? []).map((hook) => hook.manifest)].map(usesInDocuments);
	if (found.some(({ unread }) => unread.length > 0)) throw new Error("its manifest is not YAML");
	return found.flatMap(({ objects }) => objects).map(({ api, kind, name }) => ({
		api,
		kind,
		name
	}));
}
function unpack(bytes) {
	if (!GZIP.every((byte, index) => bytes[index] === byte)) return bytes.toString("utf8");
	try {
		return gunzipSync(bytes, { maxOutputLength: LARGEST$1 }).toString("utf8");
	} catch {
		throw new Error("it does not unpack");
	}
}
function parseRelease(text) {
	let parsed;
	try {
		parsed = JSON.parse(text);
	} catch {
		throw new Error("it is neither gzip nor JSON");
	}
	const result = release$2.safeParse(parsed);
	if (!result.success) throw new Error("it is no release of Helm");
	return result.data;
}
// src/evidence/pages.ts
const METADATA_ONLY$1 = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
/**
* Objects of a list as they come, no more than a page of them at a time.
* @throws KubestairError KUBE_REQUEST and what the port throws
*/
async function* pages(kube, path, options) {
	let token = "";
	do {
		const page = await request(kube, `${path}?${new URLSearchParams({
			...options.query,
			limit: String(options.limit),
			...token === "" ? {} : { continue: token }
		})}`, options);
		yield* page.items ?? [];
		token = page.metadata?.continue ?? "";
	} while (token !== "");
}
async function request(kube, path, { metadataOnly, signal }) {
	try {
		return await kube.request({
			path,
			signal,
			...metadataOnly === true && { accept: METADATA_ONLY$1 }
		});
	} catch (thrown) {
		if (thrown instanceof KubeStatusError) throw asRequestError(thrown, `GET ${path.replace(/\?.*/, "")}`);
		throw thrown;
	}
}
// src/evidence/observe-helm.ts
const DRIVERS = [{
	resource: "secrets",
	grant: PLAN_GRANTS.secrets,
	decode: (value) => Buffer.from(value, "base64").toString("latin1")
}, {
	resource: "configmaps",
	grant: PLAN_GRANTS.configMaps,
	decode: (value) => value
}];
/** Each may have 1 MiB. */
const PAGE$1 = 20;
/**
* The newest revision of every release: what `helm upgrade` starts from. Older ones are of no account, and those that are marked as
* superseded are not even asked for.
*/
async function observeHelm(kube, signal) {
	const found = [];
	for (const { resource, grant, decode } of DRIVERS) {
		const read = await attempt(() => newestReleases(kube, resource, decode, signal), {
			signal,
			grant
		});
		found.push({
			resource,
			found: read
		});
	}
	return found;
}
async function newestReleases(kube, resource, decode, signal) {
	const newest = /* @__PURE__ */ new Map();
	const revisions = pages(kube, `/api/v1/${resource}`, {
		query: { labelSelector: "owner=helm,status!=superseded" },
		limit: PAGE$1,
		signal
	});
	for await (const { metadata, data } of revisions) {
		const { name, version, status } = metadata.labels ?? {};
		const revision = Number(version ?? NaN);
		if (name === void 0 || !Number.isInteger(revision)) continue;
		const key = `${metadata.namespace}/${name}`;
		if ((newest.get(key)?.revision ?? -1) >= revision) continue;
		const encoded = data?.release;
		newest.set(key, {
			namespace: metadata.namespace ?? "",
			name,
			revision,
			uninstalled: status === "uninstalled",
			objects: encoded === void 0 ? unknown("it is empty") : await attempt(async () => usesInRelease(decode(encoded)))
		});
	}
	return [...newest].toSorted(([a], [b]) => a < b ? -1 : 1).flatMap(([, { uninstalled, ...release }]) => uninstalled ? [] : [release]);
}
// src/evidence/object-uses.ts
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** They are upgraded together with what they write to. */
const OWN_MANAGERS = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler",
	"kubelet",
	"kube-proxy",
	"kubeadm"
];
/** Who wrote an object through an API version that has a release to go with, and did not turn to another one since. */
function usesOf({ metadata }, apis) {
	const named = (api) => ({
		api,
		kind: apis.get(api)?.kind ?? "",
		name: metadata.name,
		...metadata.namespace !== void 0 && { namespace: metadata.namespace }
	});
	const entries = (metadata.managedFields ?? []).filter(({ manager = "" }) => !OWN_MANAGERS.includes(manager));
	const written = entries.filter((entry) => apis.has(entry.apiVersion ?? "") && !hasTurned(entry, entries)).map(({ apiVersion = "", manager = "", time }) => ({
		...named(apiVersion),
		by: manager,
		trace: "managed-fields",
		...time !== void 0 && { at: time }
	}));
	const applied = apiVersionIn(metadata.annotations?.[LAST_APPLIED]);
	const writer = entries.find(ownsAnnotation);
	if (applied === void 0 || !apis.has(applied) || isMigrated(applied, writer, entries)) return unique(written);
	return unique([{
		...named(applied),
		by: writer?.manager ?? "kubectl apply",
		trace: "last-applied",
		...writer?.time !== void 0 && { at: writer.time }
	}, ...written]);
}
/** The same manager wrote the same part of the object later through another version. */
function hasTurned(entry, entries) {
	return entries.some((other) => other.manager === entry.manager && (other.subresource ?? "") === (entry.subresource ?? "") && other.apiVersion !== entry.apiVersion && isLater(other, entry));
}
/**
* The annotation is only as new as the last `kubectl apply`: whoever took the object over since, with Helm or server-side apply,
* leaves it as it is (pluto#495, kubent#309).
*/
function isMigrated(applied, writer, entries) {
	if (writer === void 0) return false;
	if (writer.apiVersion !== applied) return true;
	return entries.some((other) => other !== writer && other.subresource === void 0 && other.apiVersion !== applied && isLater(other, writer));
}
function ownsAnnotation({ fieldsV1 }) {
	return Object.hasOwn(fieldsV1?.["f:metadata"]?.["f:annotations"] ?? {}, `f:${LAST_APPLIED}`);
}
/** Times are RFC 3339 in UTC, to the second. */
function isLater(a, b) {
	return (a.time ?? "") > (b.time ?? "");
}
function apiVersionIn(annotation) {
	if (annotation === void 0) return void 0;
	try {
		const applied = JSON.parse(annotation);
		if (typeof applied !== "object" || applied === null || !("apiVersion" in applied)) return void 0;
		return typeof applied.apiVersion === "string" ? applied.apiVersion : void 0;
	} catch {
		return;
	}
}
/** One for each writer and version: `kubectl apply` leaves both traces. */
function unique(uses) {
	const seen = /* @__PURE__ */ new Set();
	return uses.filter(({ api, by }) => {
		const key = `${api} ${by}`;
		if (seen.has(key)) return false;
		seen.add(key);
		return true;
	});
}
// src/evidence/observe-objects.ts
/** As many are named for each version, whose fates differ; nobody reads more, and the number of the others is told. */
const NAMED = 100;
/** Metadata with managedFields has some kilobytes. */
const PAGE = 500;
/**
* Objects written through API versions that have a release to go with: one list for each resource that has such a version, none
* in most clusters. It is listed in the version that its group prefers, so as not to be what it looks for (kubent#584).
*/
async function observeObjects(kube, served, signal) {
	const resources = Map.groupBy(served.filter(({ listable }) => listable), ({ listPath }) => listPath);
	const found = [];
	for (const [path, versions] of resources) {
		const [, , group = "", , resource = ""] = path.split("/");
		const grant = {
			group,
			resource,
			verb: "list"
		};
		found.push({
			resource: `${resource}.${group}`,
			found: await attempt(() => readUses(kube, path, versions, signal), {
				signal,
				grant
			})
		});
	}
	return found;
}
async function readUses(kube, path, versions, signal) {
	const apis = new Map(versions.map((version) => [version.api, version]));
	const uses = [];
	const named = /* @__PURE__ */ new Map();
	let more = 0;
	for await (const object of pages(kube, path, {
		limit: PAGE,
		metadataOnly: true,
		signal
	})) for (const use of usesOf(object, apis)) {
		const before = named.get(use.api) ?? 0;
		named.set(use.api, before + 1);
		if (before < NAMED) uses.push(use);
		else more += 1;
	}
	return {
		uses,
		more
	};
}
// src/evidence/served-apis.ts
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
/** apidiscovery.k8s.io/v2; versions of a group come with the preferred one first. */
const groupList = object$1({ items: array(object$1({
	metadata: object$1({ name: string().optional() }).optional(),
	versions: array(object$1({
		version: string(),
		resources: array(object$1({
			resource: string(),
			verbs: array(string()).nullish()
		})).nullish()
	})).nullish()
})) });
/** kube-aggregator marks what it was born with by `onstart`, and what came by a CustomResourceDefinition by `true`. */
const apiServiceList = object$1({ items: array(object$1({
	metadata: object$1({ labels: record$2(string(), string()).nullish() }),
	spec: object$1({
		group: string().nullish(),
		version: string().nullish()
	})
})) });
const BUILT_IN = "kube-aggregator.kubernetes.io/automanaged";
/**
* What Kubernetes itself serves of the APIs that have a release to go with. Groups of others that end in `.k8s.io` are none of
* its own (kubepug#386), and what is not served cannot be in use.
* @throws KubeStatusError, KubestairError
*/
async function servedApis(kube, signal) {
	const [groups, services] = await Promise.all([kube.request({
		path: "/apis",
		accept: AGGREGATED,
		signal
	}), kube.request({
		path: "/apis/apiregistration.k8s.io/v1/apiservices",
		signal
	})]);
	return findServed(groups, services);
}
/** The same out of the answers. */
function findServed(groups, services) {
	const builtIn = new Set(apiServiceList.parse(services).items.filter(({ metadata }) => metadata.labels?.[BUILT_IN] === "onstart").map(({ spec }) => `${spec.group ?? ""}/${spec.version ?? ""}`));
	return groupList.parse(groups).items.flatMap(({ metadata, versions }) => {
		const preferred = /* @__PURE__ */ new Map();
		return (versions ?? []).flatMap(({ version, resources }) => {
			const api = `${metadata?.name ?? ""}/${version}`;
			return (resources ?? []).flatMap(({ resource, verbs }) => {
				if (!preferred.has(resource)) preferred.set(resource, api);
				const entry = deprecatedResource(api, resource);
				if (entry === void 0 || !builtIn.has(api)) return [];
				const chosen = preferred.get(resource) ?? api;
				const listable = verbs?.includes("list") ?? false;
				return [{
					...entry,
					preferred: chosen === api,
					listPath: `/apis/${chosen}/${resource}`,
					listable
				}];
			});
		});
	});
}
// src/evidence/observe-evidence.ts
/** Gathers every kind of evidence; what cannot be read is unknown by itself. @throws only what aborted it */
async function observeEvidence({ kube, provider, nodes, manifests, signal }) {
	const served = await attempt(() => servedApis(kube, signal), {
		signal,
		grant: PLAN_GRANTS.apiServices
	});
	const apis = served.known ? served.value : [];
	const [requests, objects, releases, settings] = await Promise.all([
		provider.observeRequests(nodes, apis, signal),
		observeObjects(kube, apis, signal),
		observeHelm(kube, signal),
		provider.observeSettings(nodes, signal)
	]);
	return {
		served: served.known ? known("read") : served,
		requests,
		objects,
		releases,
		manifests,
		clusterSettings: settings.cluster,
		hostSettings: settings.hosts
	};
}
// src/plan/path.ts
/**
* The hops from what runs to the target, through the versions that the file names on the way. Made from observation alone,
* so that a run that was cut off is planned to its end: a cluster of which some parts are at a version already gets the hop to it.
* Kubelets that lag take part in the next hop and are brought straight to it, since the version skew policy lets them;
* the checks judge how far they may lag.
* Source of "one minor at a time": https://kubernetes.io/releases/version-skew-policy/ and kubeadm's phases/upgrade/policy.go.
* @throws KubestairError VERSION_DOWNGRADE, VERSION_SKIPS_MINOR, both at the line of the version
*/
function planPath({ config, versionAt, observation }) {
	const running = runningVersions(observation);
	if (isOlder(config.version, running.newest.version)) throw downgrade(config.version, running.newest, versionAt);
	const targets = [...config.via, config.version].filter((version) => isAhead(version, running));
	const stops = [running.controlPlane, ...targets];
	for (const [index, to] of targets.entries()) {
		const from = stops[index];
		if (from !== void 0 && minorsBetween(from, to) > 1) throw skipsMinor(from, to, config, versionAt);
	}
	return targets.map((to, index) => ({
		from: index === 0 ? startOf(running, to) : stops[index] ?? to,
		to
	}));
}
/** The version that a plan starts from, for people: where its first hop does, or what runs if there is none. */
function currentVersion(hops, observation) {
	return hops[0]?.from ?? runningVersions(observation).controlPlane;
}
/** A version that something is still below and nothing is above. What is above a stop has passed it, and cannot go back to it. */
function isAhead(version, { oldest, newest }) {
	return isOlder(oldest, version) && !isOlder(version, newest.version);
}
/** Where the control plane has arrived already, the first hop is for what lags behind it. */
function startOf({ controlPlane, oldest }, to) {
	return isOlder(controlPlane, to) ? controlPlane : oldest;
}
/** What runs, as far as it decides the path. */
function runningVersions(observation) {
	const components = componentsOf(observation).filter(({ kind }) => kind !== "kubectl");
	const nodes = components.filter(({ kind }) => kind !== "kube-proxy");
	const controlPlane = nodes.filter(({ kind }) => kind !== "kubelet");
	const record = observation.configuredVersion.known ? [observation.configuredVersion.value] : [];
	const fallback = observation.apiServerVersion;
	const newest = nodes.toSorted((a, b) => compareVersions(b.version, a.version))[0];
	return {
		controlPlane: oldestOf(controlPlane.map(({ version }) => version)) ?? fallback,
		newest: newest ?? {
			kind: "kube-apiserver",
			object: "API server",
			version: fallback,
			talksTo: "local"
		},
		lagging: oldestOf([...nodes.map(({ version }) => version), ...record]) ?? fallback,
		oldest: oldestOf([...components.map(({ version }) => version), ...record]) ?? fallback
	};
}
function isOlder(a, b) {
	return compareVersions(a, b) < 0;
}
/** Nothing may go below what runs. @param target as it is written */
function downgrade(target, newest, location) {
	return new KubestairError("VERSION_DOWNGRADE", `${target} is older than what runs: ${newest.kind} is at ${newest.version} already`, {
		object: newest.object,
		location,
		next: `Write ${newest.version} or newer at ${formatLocation(location)}. Kubernetes has no downgrade; the way back is the backup that the upgrade took, see docs/restore.md.`
	});
}
function skipsMinor(from, to, { via }, location) {
	const skipped = minorsSkipped(from, to);
	const path = [...via, ...skipped.map((minor) => `v${minor}.x`)].toSorted(byMinor);
	return new KubestairError("VERSION_SKIPS_MINOR", `${from} to ${to} skips ${skipped.join(" and ")}: a control plane goes up one minor at a time`, {
		location,
		next: `Beside the version at ${formatLocation(location)}, name a release of each minor on the way: spec.via: [${path.join(", ")}] with the patch in place of x.`
	});
}
function byMinor(a, b) {
	return minorsBetween(withPatch(b), withPatch(a));
}
function withPatch(text) {
	return `v${text.slice(1).replace(/x$/, "0")}`;
}
// src/plan/rounds.ts
/**
* Whether a hop takes the workers along. Where the file lets them lag (`perHop: false`) they are taken as late as can be: with the
* last hop, and before one whose control plane would be too far ahead of them. Source: https://kubernetes.io/releases/version-skew-policy/
* @param state the cluster before the hop
*/
function scopeOf(hop, later, state, { config, provider }) {
	const [next] = later;
	if (config.workers.perHop || next === void 0) return "all";
	if (workersOf(state).some((worker) => provider.workersMustPass(hop, worker))) return "all";
	return leavesWorkersBehind(project(project(state, hop, "control-plane"), next, "control-plane")) ? "all" : "control-plane";
}
function leavesWorkersBehind(state) {
	const workers = new Set(workersOf(state).map(({ name }) => name));
	const behind = new Set(componentsOf(state).flatMap(({ kind, node, object }) => kind !== "kubectl" && node !== void 0 && workers.has(node) ? [object] : []));
	return skewProblems(componentsOf(state)).some(({ object }) => behind.has(object));
}
function workersOf({ nodes }) {
	return nodes.filter(({ role }) => role === "worker");
}
// src/plan/targets.ts
/** Minors of which a plan needs to know the newest release: those that the file names without a patch, and those it leaves out. */
function minorsToAsk(input) {
	const running = runningVersions(input.observation);
	return stopsOf(input, running).filter((stop) => isMinor(stop) && begunIn(stop, running) === void 0 && !isPast(stop, running));
}
/**
* The release for each version that the file asks for, and for each minor between the control plane and the target that it leaves out:
* the newest one offered. A cluster that is between two versions is brought to the newer one first, so that a rollout that was
* cut off is not changed by a patch that came out meanwhile.
* @throws KubestairError VERSION_DOWNGRADE, VERSION_NOT_OFFERED, VERSION_SKIPS_MINOR, all at the line of the version
*/
function resolveTarget(input, offered) {
	const { config, versionAt, observation } = input;
	const running = runningVersions(observation);
	if (isMinor(config.version) && isPast(config.version, running)) throw downgrade(config.version, running.newest, versionAt);
	const releases = stopsOf(input, running).flatMap((stop) => {
		if (!isMinor(stop)) return [stop];
		if (isPast(stop, running)) return [];
		return [begunIn(stop, running) ?? newestOffered(stop, input, running, offered)];
	});
	const version = releases.at(-1);
	if (version === void 0) throw new RangeError("a target has at least one stop");
	return {
		version,
		via: releases.slice(0, -1)
	};
}
/** What the file names, and each minor above the control plane that it leaves out, oldest first. */
function stopsOf({ config }, { controlPlane }) {
	const named = [...config.via, config.version];
	return named.flatMap((stop, index) => {
		const before = named[index - 1];
		return [...minorsBetweenStops(before === void 0 || isBefore(before, controlPlane) ? controlPlane : before, stop), stop];
	});
}
function minorsBetweenStops(from, to) {
	const [first, last] = [firstOf(minorOfWanted(from)), firstOf(minorOfWanted(to))];
	return minorsSkipped(first, last);
}
/** What runs is of a later minor already. */
function isPast(minor, { newest }) {
	return minorsBetween(firstOf(minor), newest.version) > 0;
}
/** The release of a minor that a part of the cluster runs while another part is older. */
function begunIn(minor, { newest, lagging }) {
	if (minorsBetween(firstOf(minor), newest.version) !== 0) return void 0;
	return compareVersions(lagging, newest.version) < 0 ? newest.version : void 0;
}
function newestOffered(minor, { config, versionAt }, { newest }, offered) {
	const offer = offered.get(minor);
	const releases = offer?.known === true ? offer.value.filter((version) => !isPrerelease(version)) : [];
	const running = minorsBetween(firstOf(minor), newest.version) === 0 ? [newest.version] : [];
	const found = offer?.known === true ? newestOf([...releases, ...running]) : void 0;
	if (found !== void 0) return found;
	const reason = offer === void 0 || offer.known ? "the package repository has none" : offer.reason;
	const named = [...config.via, config.version].some((wanted) => wanted === minor);
	const place = formatLocation(versionAt);
	if (named) throw new KubestairError("VERSION_NOT_OFFERED", `no release of ${minor} is known: ${reason}`, {
		location: versionAt,
		next: `Let a control-plane host reach the package repository, or write the release itself, for example v${minor}.1, at ${place}.`
	});
	throw new KubestairError("VERSION_SKIPS_MINOR", `the way to ${config.version} passes ${minor}, and no release of it is known: ${reason}`, {
		location: versionAt,
		next: `A control plane goes up one minor at a time. Let a control-plane host reach the package repository, or name a release of ${minor} in spec.via, beside the version at ${place}.`
	});
}
// src/plan/build-plan.ts
/** A full export of a mid-sized cluster with its snapshot, read back. */
const BACKUP_SECONDS = 60;
/**
* The steps, hop by hop, each hop made against the cluster as the one before leaves it. A hop with nothing to do is none.
* @throws KubestairError VERSION_DOWNGRADE, VERSION_NOT_OFFERED, VERSION_SKIPS_MINOR
*/
function planRoute(input) {
	const { config, versionAt, observation, provider } = input;
	const target = resolveTarget(input, input.offered ?? /* @__PURE__ */ new Map());
	const path = planPath({
		config: target,
		versionAt,
		observation
	});
	const hops = [];
	const steps = [];
	let state = observation;
	for (const [index, hop] of path.entries()) {
		const scope = scopeOf(hop, path.slice(index + 1), state, input);
		const own = provider.steps(hop, state, config, scope);
		state = project(state, hop, scope);
		if (own.length === 0) continue;
		hops.push(hop);
		steps.push(backupBefore(hop), ...own);
	}
	return {
		target: target.version,
		hops,
		steps
	};
}
/** Drains that are saved by taking workers through several hops at once. */
function drainsSaved(input, steps) {
	if (input.config.workers.perHop) return 0;
	const perHop = {
		...input.config,
		workers: {
			...input.config.workers,
			perHop: true
		}
	};
	return drainsIn(planRoute({
		...input,
		config: perHop
	}).steps) - drainsIn(steps);
}
function drainsIn(steps) {
	return steps.filter(({ kind }) => kind === "drain").length;
}
/**
* The plan of a route: a pure function, so that the same cluster and file give the same hash on the same day.
* @param preflight what only the provider could see, for the hops of the route
*/
function buildPlan(input, { target, hops, steps }, preflight) {
	const { config, observation, tool, now } = input;
	const evictions = evictionsOf(steps, observation);
	const findings = applyAcceptances(steps.length === 0 ? [] : [...runChecks({
		config,
		observation,
		hops,
		steps,
		evictions,
		now
	}), ...preflight], steps.length === 0 ? [] : config.accept, dayOf(now), MANDATORY).toSorted(bySeverity);
	return {
		format: "kubestair.dev/plan/v1",
		tool,
		cluster: config.name,
		clusterUid: observation.clusterUid,
		current: currentVersion(hops, observation),
		target,
		verdict: verdictOf(steps, findings),
		hops,
		steps,
		findings,
		forecast: forecastOf(steps, evictions, observation, config.workers.parallel),
		atOnce: config.workers.parallel,
		drains: {
			planned: drainsIn(steps),
			saved: drainsSaved(input, steps)
		},
		hash: planHash({
			tool,
			config,
			observation,
			steps,
			findings
		})
	};
}
/** Before each hop anew: a backup of the minor before cannot bring the next one back. */
function backupBefore(hop) {
	return {
		id: `${hop.to}/backup`,
		kind: "backup",
		hop,
		does: "Back up every resource, etcd and the control-plane hosts, and read it back",
		expectedSeconds: BACKUP_SECONDS
	};
}
function verdictOf(steps, findings) {
	if (steps.length === 0) return "nothing-to-do";
	return findings.some(isBlocking) ? "blocked" : "ready";
}
// src/plan/make-plan.ts
/**
* The plan of an upgrade, with what only the provider can find out about it.
* @throws KubestairError VERSION_DOWNGRADE, VERSION_NOT_OFFERED, VERSION_SKIPS_MINOR, and what the provider's preflight throws
*/
async function makePlan(given) {
	const minors = minorsToAsk(given);
	const offered = minors.length === 0 ? void 0 : await given.provider.targets(minors, given.observation, given.signal);
	const input = {
		...given,
		...offered !== void 0 && { offered }
	};
	const route = planRoute(input);
	if (route.steps.length === 0) return buildPlan(input, route, []);
	const preflight = await input.provider.preflight(route.hops, input.observation, input.signal);
	const observation = await given.lookAhead?.(route.steps) ?? input.observation;
	return buildPlan({
		...input,
		observation
	}, route, preflight);
}
// src/plan/saved/record.ts
/** Makes a plan and keeps what it was made from. @throws KubestairError like makePlan() */
async function makeRecordedPlan(question) {
	const { provider, signal, lookAhead, ...given } = question;
	let { observation } = given;
	let offered = /* @__PURE__ */ new Map();
	let preflight = {
		hops: [],
		findings: []
	};
	return {
		plan: await makePlan({
			...given,
			signal,
			provider: {
				...provider,
				async targets(minors, seen, abort) {
					offered = await provider.targets(minors, seen, abort);
					return offered;
				},
				async preflight(hops, seen, abort) {
					const findings = await provider.preflight(hops, seen, abort);
					preflight = {
						hops,
						findings
					};
					return findings;
				}
			},
			async lookAhead(steps) {
				observation = await lookAhead?.(steps) ?? observation;
				return observation;
			}
		}),
		basis: {
			given: {
				...given,
				observation
			},
			offered,
			preflight
		}
	};
}
/**
* Makes the plan of a basis anew, without looking anywhere. What the provider was not asked then is unknown now.
* @param changed what is to be another one, for example the configuration
* @throws KubestairError like makePlan()
*/
async function replan({ given, offered, preflight }, provider, changed) {
	const replaying = {
		...provider,
		targets: async (minors) => new Map(minors.map((minor) => [minor, offered.get(minor) ?? notAsked])),
		preflight: async (hops) => isSame(preflight.hops, hops) ? preflight.findings : [notLookedAt(hops)]
	};
	return await makePlan({
		...given,
		...changed,
		provider: replaying
	});
}
const notAsked = unknown("nobody asked for its releases when the cluster was observed");
function notLookedAt(hops) {
	return {
		check: "host-preflight",
		severity: "unknown",
		object: "hosts",
		message: `When the cluster was observed, its hosts were not asked whether they can go to ${hops.map(({ to }) => to).join(" and ")}.`,
		remedy: "Plan against the cluster itself."
	};
}
function isSame(a, b) {
	return a.length === b.length && a.every(({ from, to }, index) => from === b[index]?.from && to === b[index]?.to);
}
// src/cluster/eviction.ts
const DENIED = /^admission webhook "([^"]+)" denied the request(?:: )?/;
const DENIED_BY_POLICY = /ValidatingAdmissionPolicy '([^']+)'(?: with binding '[^']+')? denied request(?:: )?/;
const WEBHOOK_DOWN = /failed calling webhook "([^"]+)"/;
const NO_DRY_RUN = /admission webhook "([^"]+)" does not support dry run/;
const RBAC = /cannot create resource "pods\/eviction"/;
/**
* Reads what an API server answered to an eviction.
* Source: k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go, k8s.io/apiserver/pkg/admission/plugin/webhook/errors and
* plugin/namespace/lifecycle, v1.36. A 404 is no refusal: the pod is gone.
*/
function readEvictionRefusal({ status, message, details }) {
	const causes = details?.causes ?? [];
	const reason = causes.map(({ message: cause }) => cause ?? "").join("; ") || message;
	if (causes.some(({ reason: cause }) => cause === "DisruptionBudget")) return {
		kind: "budget",
		reason
	};
	if (causes.some(({ reason: cause }) => cause === "NamespaceTerminating")) return {
		kind: "leaving-namespace",
		reason: message
	};
	const webhook = named$1(message, DENIED) ?? named$1(message, DENIED_BY_POLICY);
	if (webhook !== void 0) return {
		kind: "denied",
		...webhook
	};
	const silent = named$1(message, NO_DRY_RUN);
	if (silent !== void 0) return {
		kind: "no-dry-run",
		...silent
	};
	const down = named$1(message, WEBHOOK_DOWN);
	if (down !== void 0) return {
		kind: "webhook-down",
		by: down.by,
		reason: message
	};
	if (status === 500 && message.includes("more than one PodDisruptionBudget")) return {
		kind: "overlap",
		reason
	};
	if (status === 403 && RBAC.test(message)) return {
		kind: "forbidden",
		reason
	};
	if (status === 429) return {
		kind: "busy",
		reason
	};
	return {
		kind: "other",
		reason: `${status}: ${reason}`
	};
}
/** Who a message names, and what it says beyond the name. */
function named$1(message, pattern) {
	const [whole, by] = pattern.exec(message) ?? [];
	if (whole === void 0 || by === void 0) return void 0;
	const rest = message.slice(message.indexOf(whole) + whole.length);
	return {
		by,
		reason: rest === "" ? message : rest
	};
}
// src/rollout/drain/rehearse.ts
/** A plan of a cluster of any size asks no more than this. */
const MOST_REHEARSED = 200;
const AT_ONCE$1 = 4;
/** A server that is busy or away is asked again; a budget is not, though it says 429 as well. */
const TRIES = 4;
const PAUSE_MILLISECONDS$3 = 1e3;
/**
* Asks the API server to evict pods without effect, one for all that have the same workload, budgets and readiness: budgets,
* admission and RBAC can hardly tell such pods apart. A dry run takes nothing from a budget, so that the order does not matter.
* Beyond MOST_REHEARSED the rest is left to the budgets as they were observed. A refusal is an answer; a server that cannot be
* reached is not.
* @throws KubestairError KUBE_UNREACHABLE, KUBE_UNAUTHORIZED
*/
async function rehearseEvictions(evictions, { kube, clock, signal }) {
	const chosen = choose([...Map.groupBy(evictions, likeness).values()]);
	const limit = pLimit(AT_ONCE$1);
	const answers = await Promise.all(chosen.map((alike) => limit(() => ask(alike, {
		kube,
		clock,
		signal
	}))));
	const covered = chosen.reduce((sum, { length }) => sum + length, 0);
	return {
		answers: answers.filter((answer) => answer !== void 0),
		covered,
		left: evictions.length - covered
	};
}
function likeness({ pod, budgets }) {
	return JSON.stringify([
		ownerOf$1(pod),
		budgets.map(({ name }) => name),
		pod.ready,
		pod.phase === "Pending"
	]);
}
/**
* The groups to ask about, the most telling first: those that a budget seems to hold, then one of each namespace (webhooks, quotas
* and RBAC go by namespaces), then all under budgets, then the rest.
*/
function choose(groups) {
	if (groups.length <= MOST_REHEARSED) return groups;
	const held = groups.filter((group) => budgetsOf$1(group).some(({ disruptionsAllowed }) => disruptionsAllowed < 1));
	const perNamespace = [...Map.groupBy(groups, ([first]) => first?.pod.namespace).values()].flatMap((same) => same.slice(0, 1));
	const guarded = groups.filter((group) => budgetsOf$1(group).length > 0);
	return [.../* @__PURE__ */ new Set([
		...held,
		...perNamespace,
		...guarded,
		...groups
	])].slice(0, MOST_REHEARSED);
}
function budgetsOf$1([first]) {
	return first?.budgets ?? [];
}
/** @returns undefined for a pod that is gone meanwhile */
async function ask(alike, deps) {
	const pod = alike[0]?.pod;
	if (pod === void 0) return void 0;
	const answer = await evictDry(pod.namespace, pod.name, deps);
	if (answer === void 0) return void 0;
	return {
		workload: ownerOf$1(pod),
		namespace: pod.namespace,
		pod: pod.name,
		alike: alike.length,
		answer
	};
}
async function evictDry(namespace, name, { kube, clock, signal }) {
	const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction?dryRun=All`;
	const body = {
		apiVersion: "policy/v1",
		kind: "Eviction",
		metadata: {
			name,
			namespace
		},
		deleteOptions: { dryRun: ["All"] }
	};
	for (let tries = 1;; tries += 1) try {
		await kube.request({
			method: "POST",
			path,
			body,
			signal
		});
		return { kind: "allowed" };
	} catch (thrown) {
		signal?.throwIfAborted();
		if (!(thrown instanceof KubeStatusError)) {
			if (tries === TRIES || !isTransient(thrown)) throw thrown;
			await clock.sleep(PAUSE_MILLISECONDS$3, signal);
			continue;
		}
		if (thrown.status === 404) return void 0;
		const refusal = readEvictionRefusal(thrown);
		if (refusal.kind !== "busy" || tries === TRIES) return refusal;
		await clock.sleep((thrown.details?.retryAfterSeconds ?? 0) * 1e3 || PAUSE_MILLISECONDS$3, signal);
	}
}
// src/commands/own-pod.ts
/**
* The pod that this process runs in, as `namespace/name` or, where the namespace is not known, as `name`; undefined outside of a
* cluster. A pod knows its name as its host name.
*/
function ownPodOf(env) {
	const { KUBERNETES_SERVICE_HOST, HOSTNAME, POD_NAME, POD_NAMESPACE } = env;
	const name = POD_NAME ?? (KUBERNETES_SERVICE_HOST === void 0 ? void 0 : HOSTNAME);
	return name === void 0 || POD_NAMESPACE === void 0 ? name : `${POD_NAMESPACE}/${name}`;
}
// src/commands/read-manifests.ts
const EXTENSIONS = [
	".yaml",
	".yml",
	".json"
];
/** No manifest is as large; a file that is would only be parsed for nothing. */
const LARGEST = 8388608;
/**
* Uses of APIs with a release to go with in the repository's manifests, file by file in the order of their names.
* @param patterns globs, relative to `cwd`
*/
async function readManifests(patterns, cwd) {
	const objects = [];
	const templates = [];
	const unread = [];
	const files = /* @__PURE__ */ new Set();
	for (const pattern of patterns) {
		const found = await matches(pattern, cwd);
		if (found.length === 0) unread.push({
			place: pattern,
			reason: "no file in the repository matches it"
		});
		for (const file of found) files.add(file);
	}
	for (const file of [...files].toSorted()) try {
		const { size } = await stat(path.resolve(cwd, file));
		if (size > LARGEST) throw new Error(`it has ${Math.round(size / 1024 / 1024)} MiB`);
		const uses = usesInFile(file, await readFile(path.resolve(cwd, file), "utf8"));
		objects.push(...uses.objects);
		templates.push(...uses.templates);
	} catch (thrown) {
		unread.push({
			place: file,
			reason: thrown instanceof Error ? thrown.message : String(thrown)
		});
	}
	return {
		objects,
		templates,
		unread
	};
}
/** Files that a pattern names; a directory alone means what is in it. */
async function matches(pattern, cwd) {
	const found = [];
	const isOther = ({ name }) => name === "node_modules" || name === ".git";
	for await (const entry of glob([pattern, `${pattern.replace(/\/+$/, "")}/**`], {
		cwd,
		withFileTypes: true,
		exclude: isOther
	})) {
		if (!entry.isFile() || !EXTENSIONS.includes(path.extname(entry.name))) continue;
		found.push(path.relative(cwd, path.join(entry.parentPath, entry.name)));
	}
	return [...new Set(found)];
}
// src/commands/current-plan.ts
/** Looks at the cluster and makes the plan of it as it is now. */
async function makeCurrentPlan(cluster, { kube, provider }, io) {
	const { config, versionAt } = cluster;
	io.log.debug(`observing the cluster at ${kube.server}`);
	let observation = await observe({
		kube,
		provider,
		access: config.access,
		ownPod: ownPodOf(io.env),
		signal: io.signal
	});
	const lookAhead = async (steps) => {
		const manifests = await readManifests(config.manifests, io.cwd);
		const { nodes } = observation;
		const evidence = await observeEvidence({
			kube,
			provider,
			nodes,
			manifests,
			signal: io.signal
		});
		const { extensions, unread } = await observeExtensions(kube, io.signal);
		observation = await rehearse(steps, {
			...observation,
			evidence: known(evidence),
			extensions: known(extensions),
			unread: [...observation.unread, ...unread]
		}, kube, io);
		return observation;
	};
	const now = io.clock.now();
	const { tool, signal } = io;
	const { plan, basis } = await makeRecordedPlan({
		config,
		versionAt,
		observation,
		provider,
		tool,
		now,
		lookAhead,
		signal
	});
	return {
		plan,
		observation,
		basis
	};
}
/** Asks the API server beforehand whether it would let the pods of the drains go. */
async function rehearse(steps, observation, kube, { clock, signal, log }) {
	const evictions = guardedEvictions(steps, observation);
	if (evictions.length === 0) return observation;
	log.debug(`${evictions.length} evictions ahead`);
	return {
		...observation,
		rehearsal: await rehearseEvictions(evictions, {
			kube,
			clock,
			signal
		})
	};
}
// src/plan/approved.ts
/**
* Approves a plan that nothing blocks and, where a hash was approved before, that is still the same plan.
* @param expectedHash hash of the plan that a person approved
* @throws KubestairError PLAN_DRIFT, PLAN_BLOCKED
*/
function approve(plan, expectedHash) {
	if (expectedHash !== void 0 && expectedHash !== plan.hash) throw new KubestairError("PLAN_DRIFT", `the plan is now ${plan.hash}, but ${expectedHash} was approved`, {
		object: `cluster ${plan.cluster}`,
		next: "The cluster, the file or Kubestair changed since. Look at a new plan and approve that one."
	});
	const blocked = blockedError(plan);
	if (blocked !== void 0) throw blocked;
	return plan;
}
/** Why a plan may not be carried out: its first blocker, and how many more; undefined when nothing blocks it. */
function blockedError(plan) {
	const blockers = plan.findings.filter(isBlocking);
	const [first] = blockers;
	if (first === void 0) return void 0;
	const more = blockers.length > 1 ? `, and ${blockers.length - 1} more` : "";
	return new KubestairError("PLAN_BLOCKED", `${first.object}: ${first.message}${more}`, {
		object: first.object,
		...first.location !== void 0 && { location: first.location },
		next: first.remedy
	});
}
// src/commands/outcome.ts
/** What a plan alone ends with. */
function outcomeOfPlan(plan) {
	switch (plan.verdict) {
		case "ready": return { state: "ready" };
		case "nothing-to-do": return { state: "nothing-to-do" };
		case "blocked": return outcomeOfError(blockedError(plan));
	}
}
/** What a run ends with that stopped on something thrown. */
function outcomeOfError(thrown) {
	return failureOf(asKubestairError(thrown), void 0).outcome;
}
// src/plan/saved/plain.ts
/**
* Data as JSON and back. Dates and maps, which JSON does not have, are tagged; anything else that JSON would change or lose is
* an error, so that what was saved is what was seen.
*/
/** @throws TypeError naming the place of what cannot be saved: functions, undefined in a list, big integers, classes */
function toPlain(value, at = "$") {
	if (value === null || typeof value === "string" || typeof value === "boolean") return value;
	if (typeof value === "number" && Number.isFinite(value)) return value;
	if (value instanceof Date) return { $date: value.toISOString() };
	if (value instanceof Map) return { $map: [...value].map(([key, inner], index) => [toPlain(key, at), toPlain(inner, `${at}(${index})`)]) };
	if (Array.isArray(value)) return value.map((inner, index) => toPlain(inner, `${at}[${index}]`));
	if (isRecord$1(value)) {
		const kept = Object.entries(value).filter(([, inner]) => inner !== void 0);
		return Object.fromEntries(kept.map(([key, inner]) => [key, toPlain(inner, `${at}.${key}`)]));
	}
	throw new TypeError(`${at} cannot be saved: it is ${describe$1(value)}`);
}
function fromPlain(value) {
	if (Array.isArray(value)) return value.map(fromPlain);
	if (!isRecord$1(value)) return value;
	if (typeof value.$date === "string") return new Date(value.$date);
	if (Array.isArray(value.$map)) return new Map(value.$map.map((entry) => Array.isArray(entry) ? [fromPlain(entry[0]), fromPlain(entry[1])] : []));
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromPlain(inner)]));
}
function isRecord$1(value) {
	if (typeof value !== "object" || value === null) return false;
	const prototype = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}
function describe$1(value) {
	return typeof value === "object" ? `a ${value?.constructor.name}` : `of type ${typeof value}`;
}
// src/plan/saved/document.ts
const FORMAT = "kubestair.dev/observation/v1";
const facts = looseObject({});
/** The envelope, and what every plan looks at first. What checks look at beyond that differs from version to version. */
const document = looseObject({
	format: literal$1(FORMAT),
	tool: string(),
	savedAt: string(),
	pseudonymised: boolean(),
	file: string(),
	given: looseObject({
		config: looseObject({
			name: string(),
			version: string(),
			provider: string()
		}),
		versionAt: looseObject({ file: string() }),
		observation: looseObject({
			clusterUid: string(),
			apiServerVersion: string(),
			nodes: array(looseObject({
				name: string(),
				role: string(),
				kubelet: string()
			})),
			pods: array(facts),
			budgets: array(facts)
		})
	}),
	offered: facts,
	preflight: looseObject({
		hops: array(facts),
		findings: array(facts)
	})
});
/** @throws TypeError for a part that JSON cannot hold: a defect */
function writeObservation({ basis, ...head }) {
	const content = {
		format: FORMAT,
		...head,
		given: toPlain(basis.given),
		offered: toPlain(basis.offered),
		preflight: toPlain(basis.preflight)
	};
	return `${JSON.stringify(content, null, 1)}\n`;
}
/** @throws KubestairError OBSERVATION_INVALID */
function readObservation(text, file) {
	const parsed = document.safeParse(parse$1(text, file));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw unreadable(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it has another form"}`, file);
	}
	const { tool, savedAt, pseudonymised, file: from, given, offered, preflight } = parsed.data;
	return {
		tool,
		savedAt,
		pseudonymised,
		file: from,
		basis: {
			given: fromPlain(given),
			offered: fromPlain(offered),
			preflight: fromPlain(preflight)
		}
	};
}
/** What stands in the way of planning from an observation, as an error that says so. */
function unreadable(reason, file, cause) {
	return new KubestairError("OBSERVATION_INVALID", `${file} is no observation that can be planned from: ${reason}`, {
		location: { file },
		next: "Save it anew with this version of Kubestair: kubestair plan --save-observation.",
		cause
	});
}
function parse$1(text, file) {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		throw unreadable("it is not JSON", file, thrown);
	}
}
// src/providers/kubeadm/planning.ts
/** The decisions of the provider that need no host and no API. */
const kubeadmPlanning = {
	steps: kubeadmSteps,
	workersMustPass
};
// src/providers/planning.ts
/** What a cluster file's provider decides without looking anywhere, to plan from a saved observation. */
function planningOf({ provider }) {
	switch (provider) {
		case "kubeadm": return kubeadmPlanning;
	}
}
// src/commands/plan-against.ts
/**
* Plans from a saved observation: no cluster and no host is asked. Without a cluster file of the request it takes the one that the
* observation was saved with.
* @throws KubestairError OBSERVATION_INVALID
*/
async function planAgainst(request, io) {
	const file = request.against ?? "";
	const saved = readObservation(await readText(path.resolve(io.cwd, file), file), file);
	const { given } = saved.basis;
	const { config, versionAt, source } = request.file === "" ? {
		...given,
		source: {
			file: saved.file,
			versionAt: given.versionAt
		}
	} : await loadCluster(request, io);
	const changed = {
		config,
		versionAt,
		tool: io.tool
	};
	const plan = await planAgain(saved, changed, file, io.tool);
	const observed = {
		file,
		savedAt: saved.savedAt
	};
	return {
		plan,
		basis: {
			...saved.basis,
			given: {
				...given,
				...changed
			}
		},
		source: {
			...source,
			observed
		}
	};
}
/** What an older or newer Kubestair saved may lack what a check looks at: that is no defect of this one. */
async function planAgain({ basis, tool }, changed, file, ownTool) {
	try {
		return await replan(basis, planningOf(changed.config ?? basis.given.config), changed);
	} catch (thrown) {
		if (thrown instanceof KubestairError || tool === ownTool) throw thrown;
		throw unreadable(`it was saved by ${tool} and lacks what ${ownTool} looks at`, file, thrown);
	}
}
async function readText(file, named) {
	try {
		return await readFile(file, "utf8");
	} catch (thrown) {
		throw unreadable("it does not exist or cannot be read", named, thrown);
	}
}
// src/commands/plan-offline.ts
/**
* What the files alone say, for pull requests from forks, which get no secrets: no cluster, host or store is asked. It can
* be read, and not approved.
*/
async function planOffline(request, io) {
	const { config, versionAt, source } = await loadCluster(request, io, readInside(io.cwd));
	const before = await configBefore(request, io);
	const offline = offlinePlan({
		config,
		versionAt,
		tool: io.tool,
		before
	});
	return {
		command: "plan",
		outcome: outcomeOfError(new KubestairError("PLAN_OFFLINE", "the plan was made from the files alone: no cluster was asked, so nobody may approve it", {
			location: versionAt,
			next: "Somebody with access looks at the change, then plans it from a branch of the repository, or with kubestair plan."
		})),
		offline,
		source
	};
}
/** A stranger's file may name other files: only those of the working directory are read. */
function readInside(cwd) {
	return async (file) => {
		const [root, real] = await Promise.all([realpath(cwd), realpath(path.resolve(cwd, file))]);
		if (!real.startsWith(`${root}${path.sep}`)) throw new Error("it lies outside of the working directory");
		return await readFile(real, "utf8");
	};
}
/** A base that cannot be read is told in the plan; that alone is no error. */
async function configBefore(request, io) {
	const base = request.base ?? io.pullRequest?.base;
	if (base === void 0) return void 0;
	const history = openHistory(io);
	try {
		const readText = async (file) => {
			const text = await history.textAt(base, file, io.signal);
			if (text === void 0) throw new Error(`it is not in ${base}`);
			return text;
		};
		return (await loadClusterConfig(request.file, readText, DESCRIPTIONS)).config;
	} catch (thrown) {
		io.signal.throwIfAborted();
		io.log.warn(`${request.file} as it was in ${base} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`);
		return;
	}
}
// src/plan/saved/names.ts
/** Names that say nothing about whose cluster it is: Kubernetes' own. */
const PUBLIC = /* @__PURE__ */ new Set([
	...[
		"default",
		"kube-system",
		"kube-public",
		"kube-node-lease"
	],
	...[
		"kube-apiserver",
		"kube-controller-manager",
		"kube-scheduler",
		"kube-proxy",
		"etcd",
		"coredns",
		"kube-dns"
	],
	...[
		"kubelet",
		"kubeadm",
		"kubectl",
		"kubernetes",
		"control-plane",
		"worker",
		"master",
		"localhost",
		"hosts"
	]
]);
/** What is named, by the key that the name is found under. */
const NAMED_BY = {
	namespace: "namespace",
	namespaces: "namespace",
	node: "node",
	pod: "pod",
	controller: "owner",
	workload: "owner",
	object: "object",
	member: "node",
	claims: "volume",
	address: "host",
	user: "user",
	by: "manager",
	cordonedBy: "run",
	hostPaths: "volume",
	emptyDirs: "volume",
	id: "id",
	file: "file"
};
/** Keys whose texts come from a fixed list, or are no names by nature. */
const WORDS = /* @__PURE__ */ new Set([
	...[
		"kind",
		"role",
		"phase",
		"state",
		"severity",
		"check",
		"code",
		"operator",
		"effect",
		"topology",
		"cgroup",
		"os"
	],
	...[
		"osImage",
		"containerRuntime",
		"strategy",
		"provider",
		"format",
		"api",
		"apiVersion",
		"resource",
		"verbs",
		"trace"
	],
	...[
		"program",
		"version",
		"kubelet",
		"topologyKey",
		"tool"
	]
]);
/** The keys of such a map are names themselves. */
const KEYED_BY = {
	addresses: "node",
	volumes: "volume"
};
function isWord(key) {
	return WORDS.has(key);
}
/** One segment of a name: of `Deployment/shop/web` there are three. */
const SEGMENT = /[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g;
const KIND_OR_VERSION = /^(?:[A-Z][A-Za-z]+|v\d+(?:(?:alpha|beta)\d+)?|v?\d+(?:\.\d+)*)$/;
/** Every private name of a document with what it names. */
function collectNames(document) {
	const found = /* @__PURE__ */ new Map();
	const add = (text, what) => {
		const names = what === "file" ? [text] : namesIn(text);
		for (const name of names) if (!found.has(name)) found.set(name, what);
	};
	const visit = (value, key, within) => {
		if (typeof value === "string") {
			const what = whatIsNamed(key, within);
			if (what !== void 0) add(value, what);
		} else if (Array.isArray(value)) for (const inner of value) visit(inner, key, within);
		else if (isRecord(value)) for (const [name, inner] of Object.entries(value)) {
			const keyed = KEYED_BY[key];
			if (keyed !== void 0) add(name, keyed);
			visit(inner, name, value);
		}
	};
	visit(document, "", {});
	return found;
}
/** A key called `name` names an object where it stands beside what objects have. */
function whatIsNamed(key, within) {
	if (key !== "name") return NAMED_BY[key];
	if ("kubelet" in within || "learner" in within) return "node";
	if ("phase" in within) return "pod";
	if ("provider" in within) return "cluster";
	return "namespace" in within || /^[A-Z]/.test(String(within.kind ?? "")) ? "name" : void 0;
}
function namesIn(text) {
	return (text.match(SEGMENT) ?? []).filter((name) => !PUBLIC.has(name) && !KIND_OR_VERSION.test(name));
}
/** A text with every known name in it replaced, and hosts and addresses too. */
function replaceNames(text, pseudonyms) {
	const whole = pseudonyms.get(text);
	if (whole !== void 0) return whole;
	return text.replaceAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, (address) => pseudonyms.get(address) ?? "192.0.2.1").replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@"']+@)?([^\s/:"']+)/gi, (url, scheme, _user, host) => /(^|\.)k8s\.io$/.test(host) ? url : `${scheme}${pseudonyms.get(host) ?? "host.example"}`).replaceAll(/[\w.+-]+@(?=[\w[])/g, "user@").replaceAll(SEGMENT, (name) => pseudonyms.get(name) ?? ofStaticPod(name, pseudonyms));
}
function ofStaticPod(name, pseudonyms) {
	for (const component of PUBLIC) {
		const node = name.startsWith(`${component}-`) ? pseudonyms.get(name.slice(component.length + 1)) : void 0;
		if (node !== void 0) return `${component}-${node}`;
	}
	return name;
}
function isRecord(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/plan/saved/scrub.ts
/** Replaced by this, wherever a secret stood. */
const GONE = "[removed]";
/** What credentials look like, whatever they are called. */
const credentials = [
	/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
	/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g,
	/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
	/\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/g,
	/\bAGE-SECRET-KEY-1[A-Z0-9]+/gi,
	/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g
];
/** A name that says that a secret follows, and what follows. */
const named = /\b((?:[\w-]*(?:password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|certificate[-_]key|credentials?))\b["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&"']+)/gi;
const flagged = /(--[\w-]*(?:password|secret|token|api-?key|access-?key|certificate-key)[\w-]*\s+)([^\s-][^\s]*)/gi;
const authorization = /\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)?\s*)([^\s"',;]+)/gi;
const inUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)([^\s/@]+)(@)/gi;
/**
* Text from hosts and clusters without what looks like a credential. It removes rather too much: the result is for people, and may
* be attached to an issue.
*/
function scrub(text) {
	return credentials.reduce((left, pattern) => left.replaceAll(pattern, GONE), text).replaceAll(inUrl, `$1${GONE}$3`).replaceAll(authorization, `$1${GONE}`).replaceAll(flagged, `$1${GONE}`).replaceAll(named, (whole, name, value) => isNoSecret(value) ? whole : `${name}${GONE}`);
}
function isNoSecret(value) {
	return /^["']?(?:true|false|null|none|\d{1,3}|\/[\w./-]+)["']?$/.test(value) || value === GONE;
}
// src/plan/saved/pseudonymise.ts
/**
* An observation that can be shown to strangers: names of the cluster, its nodes, namespaces, pods and other objects, labels, hosts,
* addresses and paths are replaced, the same by the same everywhere and in the same order, so that the plan finds the same kinds
* of things. How the cluster is reached and where its backups are is left out, and so is what looks like a credential.
*/
function pseudonymise(saved) {
	const plain = toPlain({
		basis: {
			...saved.basis,
			given: {
				...saved.basis.given,
				config: withoutAccess(saved.basis.given.config)
			}
		},
		file: saved.file
	});
	const names = pseudonymsOf(collectNames(plain));
	const labels = numbering("label");
	const values = numbering("value");
	visitLabels(plain, (key, value) => {
		labels.see(key);
		if (value !== void 0) values.see(value);
	});
	const { basis: hidden, file } = fromPlain(replaced(plain, "", {}, {
		names,
		labels,
		values
	}));
	return {
		...saved,
		file,
		pseudonymised: true,
		basis: hidden
	};
}
function withoutAccess(config) {
	return {
		...config,
		access: { ssh: { addresses: {} } },
		backup: {
			...config.backup,
			store: "file:///backups",
			encryptTo: config.backup.encryptTo.map(() => "age1")
		}
	};
}
function pseudonymsOf(names) {
	const pseudonyms = /* @__PURE__ */ new Map();
	for (const [what, entries] of Map.groupBy(names, ([, kind]) => kind)) {
		const sorted = entries.map(([name]) => name).toSorted();
		for (const [index, name] of sorted.entries()) pseudonyms.set(name, numbered(what, index, sorted.length));
	}
	return pseudonyms;
}
function numbering(what) {
	const seen = /* @__PURE__ */ new Set();
	let numbers;
	return {
		see: (text) => void seen.add(text),
		of(text) {
			numbers ??= new Map([...seen].toSorted().map((each, index, all) => [each, numbered(what, index, all.length)]));
			return numbers.get(text) ?? text;
		}
	};
}
function numbered(what, index, of) {
	return `${what}-${String(index + 1).padStart(String(of).length, "0")}`;
}
const LABEL_MAPS = /* @__PURE__ */ new Set([
	"labels",
	"matchLabels",
	"nodeSelector"
]);
/** Calls for every label key that is not Kubernetes' own, and every value that says something. */
function visitLabels(value, see, key = "") {
	if (Array.isArray(value)) {
		for (const inner of value) visitLabels(inner, see, key);
		return;
	}
	if (!isRecord(value)) return;
	if (LABEL_MAPS.has(key)) {
		for (const [label, text] of Object.entries(value)) seeLabel(label, [text], see);
		return;
	}
	const label = labelOf(value);
	if (label !== void 0) seeLabel(label, [value.value, ...Array.isArray(value.values) ? value.values : []], see);
	for (const [name, inner] of Object.entries(value)) visitLabels(inner, see, name);
}
function seeLabel(label, texts, see) {
	if (!isPublicLabel(label)) see(label);
	for (const text of texts) if (typeof text === "string" && !isPublicValue(label, text)) see(label, text);
}
/** The key of a taint, a toleration or a requirement. */
function labelOf(record) {
	if (typeof record.topologyKey === "string") return record.topologyKey;
	return typeof record.key === "string" && ("effect" in record || "operator" in record) ? record.key : void 0;
}
function isPublicLabel(label) {
	return /(^|\.)(kubernetes|k8s)\.io\//.test(label) || label === "k8s-app" || label === "component" || label === "tier";
}
function isPublicValue(label, text) {
	return /^(true|false|\d*)$/.test(text) || /kubernetes\.io\/(os|arch)$/.test(label) || /^kube-|^control-plane$/.test(text);
}
function replaced(value, key, within, pseudonyms) {
	if (typeof value === "string") return replacedText(value, key, within, pseudonyms);
	if (Array.isArray(value)) return value.map((inner) => replaced(inner, key, within, pseudonyms));
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).map(([name, inner]) => {
		if (LABEL_MAPS.has(key)) return [labelKey(name, pseudonyms), labelValue(name, String(inner), pseudonyms)];
		return [key === "addresses" || key === "volumes" ? replaceNames(name, pseudonyms.names) : name, replaced(inner, name, value, pseudonyms)];
	});
	return Object.fromEntries(entries);
}
function replacedText(text, key, within, pseudonyms) {
	const label = labelOf(within);
	if (label !== void 0 && (key === "key" || key === "topologyKey")) return labelKey(text, pseudonyms);
	if (label !== void 0 && (key === "value" || key === "values")) return labelValue(label, text, pseudonyms);
	if (isWord(key)) return text;
	if (key === "clusterUid") return "00000000-0000-0000-0000-000000000000";
	return replaceNames(scrub(text), pseudonyms.names);
}
function labelKey(label, { labels }) {
	return isPublicLabel(label) ? label : labels.of(label);
}
function labelValue(label, text, { names, values }) {
	if (isPublicValue(label, text)) return text;
	return label === "kubernetes.io/hostname" ? names.get(text) ?? values.of(text) : values.of(text);
}
// src/commands/save-observation.ts
/**
* Writes what a plan was made from, readable by its owner only: it says much about a cluster.
* @throws KubestairError OUTPUT_FAILED
*/
async function saveObservation({ saveObservation: file = "", pseudonymise: hidden }, { basis, source }, io) {
	const savedAt = io.clock.now().toISOString();
	const saved = {
		tool: io.tool,
		savedAt,
		pseudonymised: false,
		file: source.file,
		basis
	};
	const text = writeObservation(hidden === true ? pseudonymise(saved) : saved);
	try {
		await writeFile(path.resolve(io.cwd, file), text, { mode: 384 });
	} catch (thrown) {
		throw new KubestairError("OUTPUT_FAILED", `${file} cannot be written: ${messageOf$2(thrown)}`, {
			next: "Name a file in a directory that exists and that you may write to.",
			cause: thrown
		});
	}
	const look = hidden === true ? " Names are replaced; look through it before you show it to others." : "";
	io.log.info(`Saved what the plan was made from to ${file}.${look}`);
}
function messageOf$2(thrown) {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
// src/commands/plan.ts
/** Reads the target from the file, looks at the cluster and says what an upgrade would do. Changes nothing. */
async function plan(request, io) {
	if (request.offline === true) return planOffline(request, io);
	const made = await (request.against === void 0 ? planNow(request, io) : planAgainst(request, io));
	if (request.saveObservation !== void 0) await saveObservation(request, made, io);
	return {
		command: "plan",
		outcome: outcomeOfPlan(made.plan),
		plan: made.plan,
		source: made.source
	};
}
async function planNow(request, io) {
	const cluster = await loadCluster(request, io);
	await using connections = await connect$2(cluster.config, request.access, io);
	const { plan, basis } = await makeCurrentPlan(cluster, connections, io);
	return {
		plan,
		basis,
		source: cluster.source
	};
}
// src/restore/etcd/choose-backup.ts
/** Id of the newest complete backup with a snapshot of etcd. @throws KubestairError BACKUP_NOT_FOUND, and of the store */
async function latestWithEtcd(cluster, deps) {
	const found = (await listBackups(cluster, Number.POSITIVE_INFINITY, deps)).find(({ manifest }) => manifest.etcd !== void 0 && manifest.state === "complete");
	if (found !== void 0) return found.manifest.id;
	throw new KubestairError("BACKUP_NOT_FOUND", `no complete backup of ${cluster} has a snapshot of etcd`, {
		object: `${deps.store.url}/${cluster}/`,
		next: "Look whether spec.backup.store and metadata.name are those that backups were taken with."
	});
}
/** @throws KubestairError BACKUP_WITHOUT_ETCD */
function requireEtcd(backup) {
	if (hasEtcd(backup)) return backup;
	throw new KubestairError("BACKUP_WITHOUT_ETCD", "the backup holds no snapshot of etcd", {
		object: backup.manifest.id,
		next: "Choose another backup, or bring single objects back with kubestair restore resources."
	});
}
function hasEtcd(backup) {
	return backup.manifest.etcd !== void 0;
}
// src/restore/resources/read-objects.ts
const LINE_FEED = 10;
/**
* The objects of one kind of a backup, one after the other; at most one is in memory.
* @throws KubestairError STORE_CORRUPT, IDENTITY_*
*/
async function* readObjects(part, source, signal) {
	let rest = [];
	for await (const chunk of openPart(part, source, signal)) {
		let start = 0;
		for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
			yield parse(Buffer.concat([...rest, chunk.subarray(start, end)]), part);
			rest = [];
			start = end + 1;
		}
		if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)));
	}
}
function parse(line, part) {
	try {
		return JSON.parse(line.toString("utf8"));
	} catch (cause) {
		throw new KubestairError("STORE_CORRUPT", "a line of the part is no JSON object", {
			object: part.path,
			next: "Restore from another backup.",
			cause
		});
	}
}
// src/restore/etcd/restorer.ts
/** The part of a backup's manifest that names a kind. */
function partOfKind({ resources }, group, resource) {
	return resources.find((kind) => kind.group === group && kind.resource === resource);
}
// src/restore/etcd/backed-up-nodes.ts
/** Every node that a backup's export has. @throws KubestairError like openPart() */
async function readBackedUpNodes(manifest, source, addresses, signal) {
	const part = partOfKind(manifest, "", "nodes")?.part;
	if (part === void 0) return [];
	const nodes = [];
	for await (const node of readObjects(part, source, signal)) nodes.push(backedUpNode(node, addresses));
	return nodes;
}
/**
* Asks the API server who it is and which nodes it has. That it does not answer, or lets nobody in, is what restores are for.
* @throws the signal's reason
*/
async function readLiveCluster(kube, addresses, signal) {
	try {
		return known({
			uid: await readClusterUid(kube, void 0, signal),
			nodes: (await listWhole(kube, "/api/v1/nodes", signal)).map((node) => backedUpNode(node, addresses))
		});
	} catch (thrown) {
		signal.throwIfAborted();
		if (thrown instanceof KubestairError || thrown instanceof KubeStatusError) return unknown(thrown.message);
		throw thrown;
	}
}
function backedUpNode(node, addresses) {
	const { name, role, address, kubelet } = toNode(node, [], addresses[node.metadata.name]);
	return {
		name,
		role,
		address,
		kubelet
	};
}
// src/restore/etcd/compare-cluster.ts
const CONCURRENCY = 4;
const PAGE_OBJECTS = 500;
/** Metadata alone where the server can, so that comparing a cluster does not mean fetching it. */
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;q=0.9";
const object = object$1({ metadata: object$1({
	name: string(),
	namespace: string().optional(),
	uid: string().optional(),
	resourceVersion: string().optional()
}) });
const list = object$1({
	metadata: object$1({ continue: string().optional() }).optional(),
	items: array(object).nullish()
});
/**
* Compares every object of a backup's export, kind by kind, with the cluster as it is. Kinds that have versions of their own
* (aggregated APIs) tell nothing about etcd and are left out.
* @throws KubestairError of the store and of sealed parts, KUBE_UNREACHABLE
*/
async function compareWithCluster({ resources }, source, kube, judge, signal) {
	const limit = pLimit(CONCURRENCY);
	const comparable = resources.filter(({ part, consistency }) => part !== void 0 && consistency === "exact");
	const results = await limit.map(comparable, (kind) => compareOne(kind, source, kube, judge, signal));
	return {
		kinds: results.flatMap((result) => "same" in result ? [result] : []),
		skipped: results.flatMap((result) => "reason" in result ? [result] : [])
	};
}
async function compareOne(kind, source, kube, judge, signal) {
	signal.throwIfAborted();
	const resource = kind.group === "" ? kind.resource : `${kind.resource}.${kind.group}`;
	try {
		const live = await liveMarks(kind, kube, signal);
		return compareKind(resource, await exportedMarks(kind, source, signal), live, judge);
	} catch (thrown) {
		if (!(thrown instanceof KubeStatusError)) throw thrown;
		return {
			resource,
			reason: `${thrown.status} ${thrown.reason}: ${thrown.message}`
		};
	}
}
async function exportedMarks({ part }, source, signal) {
	const marks = /* @__PURE__ */ new Map();
	if (part === void 0) return marks;
	for await (const exported of readObjects(part, source, signal)) add(marks, object.parse(exported));
	return marks;
}
async function liveMarks({ group, version, resource }, kube, signal) {
	const root = group === "" ? "/api" : `/apis/${group}`;
	const marks = /* @__PURE__ */ new Map();
	let token = "";
	do {
		const path = `${root}/${version}/${resource}?${new URLSearchParams({
			limit: String(PAGE_OBJECTS),
			...token && { continue: token }
		})}`;
		const page = list.parse(await kube.request({
			path,
			accept: METADATA_ONLY,
			signal
		}));
		for (const item of page.items ?? []) add(marks, item);
		token = page.metadata?.continue ?? "";
	} while (token !== "");
	return marks;
}
function add(marks, { metadata }) {
	const { namespace, name, uid = "", resourceVersion = "" } = metadata;
	marks.set(namespace === void 0 ? name : `${namespace}/${name}`, {
		uid,
		resourceVersion
	});
}
// src/rollout/workloads.ts
const KINDS$1 = {
	Deployment: "deployments",
	StatefulSet: "statefulsets",
	DaemonSet: "daemonsets"
};
/** The state before a rollout: it must leave healthy what is healthy, and is not to blame for the rest. */
async function takeBaseline(kube, signal) {
	const healthy = /* @__PURE__ */ new Set();
	for await (const health of allHealth(kube, signal)) if (health.healthy) healthy.add(health.name);
	const broken = /* @__PURE__ */ new Set();
	for await (const pod of listAll(kube, "/api/v1/pods", signal)) {
		const key = daemonPodKey(pod);
		if (key === void 0 || !healthy.has(`Node/${pod.spec?.nodeName}`)) continue;
		if (!hasCondition(pod.status?.conditions, "Ready")) broken.add(key);
	}
	return {
		healthy,
		broken
	};
}
/** What was healthy in the baseline and is not now, each with what is missing. What was deleted since does not count. */
async function regressionsSince({ healthy: before }, kube, signal) {
	const worse = [];
	for await (const { name, healthy, detail } of allHealth(kube, signal)) if (!healthy && before.has(name)) worse.push(`${name} (${detail})`);
	return worse;
}
/** Names the place of a DaemonSet's pod, whichever pod fills it; undefined for other pods. */
function daemonPodKey({ metadata, spec }) {
	const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
	if (owner?.kind !== "DaemonSet") return void 0;
	return `DaemonSet/${metadata.namespace}/${owner.name} on ${spec?.nodeName}`;
}
function hasCondition(conditions, type) {
	return conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}
async function* allHealth(kube, signal) {
	for await (const { metadata, status } of listAll(kube, "/api/v1/nodes", signal)) yield {
		name: `Node/${metadata.name}`,
		healthy: hasCondition(status?.conditions, "Ready"),
		detail: "not Ready"
	};
	for (const kind of Object.keys(KINDS$1)) for await (const object of listAll(kube, `/apis/apps/v1/${KINDS$1[kind]}`, signal)) yield healthOf(kind, object);
}
function healthOf(kind, { metadata, spec, status = {} }) {
	const name = `${kind}/${metadata.namespace}/${metadata.name}`;
	const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
	const [have, want] = countsOf(kind, spec?.replicas ?? 1, status);
	if (!seen) return {
		name,
		healthy: false,
		detail: "its controller has not seen the last change"
	};
	return {
		name,
		healthy: have >= want,
		detail: `${have} of ${want} available`
	};
}
function countsOf(kind, replicas, status) {
	switch (kind) {
		case "Deployment":
		case "StatefulSet": return [status.availableReplicas ?? 0, replicas];
		case "DaemonSet": return [status.numberAvailable ?? 0, status.desiredNumberScheduled ?? 0];
	}
}
// src/rollout/gates.ts
const POLL_MILLISECONDS$2 = 2e3;
/** After a kubelet restart old statuses stand for a moment: once is not enough. */
const CALM_LOOKS = 2;
/**
* Waits until a node is Ready, its kubelet reports the version or a newer one, and its DaemonSets' pods are ready, but for those
* that were not before.
* @throws KubestairError GATE_TIMEOUT naming what is missing
*/
async function waitForNode(node, version, baseline, deps) {
	await waitFor(`node ${node}`, () => nodeProblems$1(node, version, baseline, deps), deps);
}
/**
* Waits until every node and workload that was healthy in the baseline is healthy again.
* @throws KubestairError GATE_TIMEOUT naming the workloads
*/
async function waitForWorkloads(baseline, deps) {
	await waitFor("the workloads", () => regressionsSince(baseline, deps.kube, deps.signal), deps);
}
/**
* Waits until nothing is wrong any more, at two looks in a row. An API server that does not answer is something wrong.
* @param what for people: what is waited for
* @throws KubestairError GATE_TIMEOUT with what is still wrong
*/
async function waitFor(what, problemsOf, { clock, signal, timeoutSeconds, say }) {
	const end = clock.now().getTime() + timeoutSeconds * 1e3;
	let calm = 0;
	let told = "";
	for (;;) {
		const problems = await orUnreachable(problemsOf, signal);
		calm = problems.length === 0 ? calm + 1 : 0;
		if (calm === CALM_LOOKS) return;
		const line = problems.join("; ");
		if (line !== "" && line !== told) say(`waiting for ${what}: ${line}`);
		told = line;
		if (clock.now().getTime() >= end && problems.length > 0) throw new KubestairError("GATE_TIMEOUT", `${what}: still ${line} after ${timeoutSeconds} s`, {
			object: what,
			next: "Repair what is named (kubectl describe tells why), then run the same command again: it goes on from here."
		});
		await clock.sleep(POLL_MILLISECONDS$2, signal);
	}
}
async function nodeProblems$1(name, version, { broken }, { kube, signal }) {
	const node = await get(kube, `/api/v1/nodes/${encodeURIComponent(name)}`, {
		signal,
		retries: 0
	});
	const running = node.status?.nodeInfo?.kubeletVersion;
	const reported = running === void 0 ? void 0 : versionOfTag(running);
	if (reported === void 0 || compareVersions(reported, version) < 0) return [`its kubelet reports ${running}, not ${version}`];
	if (!hasCondition(node.status?.conditions, "Ready")) return ["it is not Ready"];
	const problems = [];
	for await (const pod of listAll(kube, `/api/v1/pods`, signal, { fieldSelector: `spec.nodeName=${name}` })) {
		const place = daemonPodKey(pod);
		if (place === void 0 || broken.has(place) || pod.metadata.deletionTimestamp !== void 0) continue;
		if (!hasCondition(pod.status?.conditions, "Ready")) problems.push(`pod ${pod.metadata.namespace}/${pod.metadata.name} is not ready`);
	}
	return problems;
}
async function orUnreachable(look, signal) {
	try {
		return await look();
	} catch (thrown) {
		signal.throwIfAborted();
		if (!isTransient(thrown)) throw thrown;
		return [asKubestairError(thrown).message];
	}
}
// src/restore/etcd/gates.ts
/** Labels of the static pods that kubeadm makes (util/staticpod/utils.go, ComponentPod). */
const CONTROL_PLANE_PODS = "tier=control-plane";
/**
* What keeps the API server from answering with what was restored.
* @throws KubestairError RESTORE_DIFFERS when it answers as another cluster
*/
async function apiProblems({ backupUid }, kube, signal) {
	const { metadata } = await get(kube, "/api/v1/namespaces/kube-system", {
		signal,
		retries: 0
	});
	if (metadata.uid === backupUid) return [];
	throw new KubestairError("RESTORE_DIFFERS", `the API server answers as cluster ${metadata.uid}, and ${backupUid} was restored`, {
		object: kube.server,
		next: "Look whether the kubeconfig leads to the restored control plane, and whether its API servers use the etcd that was restored."
	});
}
/**
* What nodes lack to be back: a heartbeat and Ready, and on control planes every static pod. Only what was written after the
* restore counts: what was there before came from the backup.
*/
async function nodeProblems(names, { writtenAfter, hosts }, kube, signal) {
	const isFresh = (metadata) => BigInt(metadata?.resourceVersion ?? 0) > BigInt(writtenAfter);
	const leases = await listWhole(kube, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", signal);
	const nodes = await listWhole(kube, "/api/v1/nodes", signal);
	const pods = await listWhole(kube, "/api/v1/namespaces/kube-system/pods", signal, { labelSelector: CONTROL_PLANE_PODS });
	const controlPlanes = hosts.filter(({ role }) => role === "control-plane").map(({ name }) => name);
	return names.flatMap((name) => {
		const lease = leases.find(({ metadata }) => metadata.name === name);
		if (!isFresh(lease?.metadata)) return [`node ${name} has not reported since the restore`];
		if (!hasCondition(nodes.find(({ metadata }) => metadata.name === name)?.status?.conditions, "Ready")) return [`node ${name} is not Ready`];
		if (!controlPlanes.includes(name)) return [];
		return pods.filter(({ spec }) => spec?.nodeName === name).filter(({ metadata, status }) => !isFresh(metadata) || !hasCondition(status?.conditions, "Ready")).map(({ metadata }) => `pod kube-system/${metadata.name} is not ready`);
	});
}
// src/restore/etcd/step-runner.ts
/** How long an API server may take to let a comparison through, in seconds. */
const PATIENCE_SECONDS$2 = 300;
/** Carries out the steps of a restore: what is the same for every kind of cluster here, the rest by the provider. */
function openRestoreRunner(deps) {
	const { restorer, plan, source, config, clock, kube, runId, epoch } = deps;
	let baseline;
	const absent = [];
	const healthBefore = async (signal) => {
		baseline ??= await patiently(() => takeBaseline(kube, signal), {
			clock,
			signal,
			seconds: PATIENCE_SECONDS$2
		});
		return baseline;
	};
	return {
		isDone: (step, signal) => restorer.isDone(step, plan, signal),
		async run(step, context) {
			const { signal } = context;
			const gate = {
				kube,
				clock,
				timeoutSeconds: config.gates.timeoutSeconds,
				signal,
				say: context.say
			};
			switch (step.kind) {
				case "upload":
				case "stage":
				case "prepare":
				case "stop-control-plane":
				case "stop-etcd":
				case "put-back":
				case "swap":
				case "start-etcd":
				case "start-api":
				case "restart-kubelets":
				case "start-controllers":
				case "finish":
					absent.push(...await restorer.run(step, plan, source, {
						runId,
						epoch,
						...context
					}));
					return;
				case "quorum": return await waitFor("etcd", () => restorer.etcdProblems(plan, signal), gate);
				case "compare":
					await waitFor("the API server", () => apiProblems(plan, kube, signal), gate);
					await deps.freeLease(signal);
					await healthBefore(signal);
					return await compare$1(deps, context);
				case "nodes": {
					const { healthy } = await healthBefore(signal);
					const names = (step.nodes ?? []).filter((name) => healthy.has(`Node/${name}`) && !absent.includes(name));
					return await waitFor("the nodes", () => nodeProblems(names, plan, kube, signal), gate);
				}
				case "settle":
					await waitForWorkloads(await healthBefore(signal), gate);
					await clock.sleep(config.controlPlane.soakSeconds * 1e3, signal);
					return await waitForWorkloads(await healthBefore(signal), gate);
			}
		}
	};
}
async function compare$1({ kube, manifest, source, plan, clock, onCompared }, { note, signal }) {
	const judge = afterRestore(manifest.resourceVersion, plan.writtenAfter);
	const work = () => compareWithCluster(manifest, source, kube, judge, signal);
	onCompared(await patiently(work, {
		clock,
		signal,
		seconds: PATIENCE_SECONDS$2,
		onWait: () => note("the API server did not answer for a while")
	}));
}
// src/rollout/engine.ts
/** Carries out the steps of a plan after its first backup, which was taken already. */
async function rollout(plan, backup, deps) {
	const [first, ...rest] = plan.steps;
	if (first?.kind !== "backup") return await carryOutAll(plan.steps, deps);
	const { records, ...end } = await carryOutAll(rest, deps, 1);
	return {
		records: [recordOfBackup(first, backup), ...records],
		...end
	};
}
/**
* Carries out steps unit by unit: within a unit the lanes go on side by side, each step of a lane after the one before it. A step that
* the world shows done is not done again. After a failure or an abort no further lane and no further unit is begun; lanes at work go
* on to their end after a failure, so that no node is left half-way that need not be. What was not started is recorded so: the same
* command goes on from there.
* @param before how many steps there were before these, for people who count
*/
async function carryOutAll(steps, deps, before = 0) {
	const total = before + steps.length;
	const positions = new Map(steps.map((step, index) => [step, `${before + index + 1}/${total}`]));
	const records = /* @__PURE__ */ new Map();
	let stop;
	const carryOutLane = async (lane, alone) => {
		for (const step of lane) {
			const { record, stoppedBy } = await carryOut(step, positions.get(step) ?? "", alone, deps);
			records.set(step, record);
			if (stoppedBy === void 0) continue;
			stop ??= { by: stoppedBy };
			return;
		}
	};
	for (const unit of unitsOf(steps)) {
		const alone = unit.lanes.length < 2;
		const limit = pLimit(deps.atOnce ?? 1);
		await Promise.all(unit.lanes.map((lane) => limit(async () => {
			if (stop === void 0) await carryOutLane(lane, alone);
		})));
		if (stop === void 0) await carryOutLane(unit.after, true);
		if (stop !== void 0) break;
	}
	return {
		records: steps.map((step) => records.get(step) ?? notBegun(step)),
		...stop !== void 0 && { stoppedBy: stop.by }
	};
}
/** Records of steps that a run never came to. */
function notStarted(steps) {
	return steps.map(notBegun);
}
function notBegun(step) {
	return {
		step,
		state: "not-started",
		notes: []
	};
}
function recordOfBackup(step, { manifest }) {
	return {
		step,
		state: "done",
		startedAt: manifest.startedAt,
		finishedAt: manifest.finishedAt,
		notes: []
	};
}
async function carryOut(step, position, alone, deps) {
	const { runner, journal, clock, log, signal } = deps;
	if (signal.aborted) return {
		record: notBegun(step),
		stoppedBy: signal.reason
	};
	const notes = [];
	const startedAt = clock.now().toISOString();
	const finish = (state, error) => {
		const finishedAt = clock.now().toISOString();
		return {
			step,
			state,
			startedAt,
			finishedAt,
			notes,
			...error !== void 0 && { error }
		};
	};
	try {
		if (await runner.isDone(step, signal)) {
			journal.record(step.id, "was-done");
			log.info(`[${position}] ${step.id}: done before`);
			return { record: finish("was-done") };
		}
		journal.record(step.id, "started", step.does);
		const context = {
			say: (line) => log.progress(step.id, alone ? line : `${step.node}: ${line}`),
			note: (line) => {
				notes.push(line);
				log.info(alone ? line : `${step.node}: ${line}`);
			},
			signal
		};
		const title = `[${position}] ${step.node ?? "cluster"}: ${step.does}`;
		if (alone) await log.group(title, () => runner.run(step, context));
		else {
			log.info(title);
			await runner.run(step, context);
		}
		journal.record(step.id, "done");
		return { record: finish("done") };
	} catch (thrown) {
		const error = toError(signal.aborted ? signal.reason : thrown, step);
		const state = ERRORS[error.code].kind === "interrupted" ? "interrupted" : "failed";
		journal.record(step.id, state, `${error.code}: ${error.message}`);
		return {
			record: finish(state, error.message),
			stoppedBy: error
		};
	}
}
function toError(thrown, step) {
	return thrown instanceof KubeStatusError ? asRequestError(thrown, step.id) : asKubestairError(thrown);
}
// src/rollout/journal.ts
const PAUSE_MILLISECONDS$2 = 5e3;
/**
* A journal of create-only entries, `<cluster>/runs/<run>/<number>.json`. A store that is away must not stop a rollout in the
* middle of a node, so entries queue until it is back.
*/
function openJournal({ store, cluster, runId, clock, log }) {
	let last = Promise.resolve();
	let number = 0;
	let waiting = 0;
	const ended = new AbortController();
	const write = async (key, entry) => {
		for (let attempt = 1; !ended.signal.aborted; attempt++) try {
			await store.put(key, Buffer.from(`${JSON.stringify(entry)}\n`), {
				createOnly: true,
				contentType: "application/json",
				signal: ended.signal
			});
			waiting -= 1;
			return;
		} catch (thrown) {
			if (thrown instanceof KubestairError && thrown.code === "BACKUP_EXISTS") {
				waiting -= 1;
				return;
			}
			if (attempt === 1 && !ended.signal.aborted) log.warn(`the journal cannot be written, trying on: ${messageOf$1(thrown)}`);
			await clock.sleep(PAUSE_MILLISECONDS$2, ended.signal).catch(() => void 0);
		}
	};
	return {
		record(step, event, detail, approved) {
			number += 1;
			waiting += 1;
			const key = `${runsPrefix(cluster)}${runId}/${String(number).padStart(4, "0")}.json`;
			const entry = {
				runId,
				at: clock.now().toISOString(),
				step,
				event,
				...detail !== void 0 && { detail },
				...approved !== void 0 && { approved }
			};
			last = last.then(() => write(key, entry));
		},
		async flush(milliseconds) {
			const inTime = new AbortController();
			const timeout = clock.sleep(milliseconds, inTime.signal).catch(() => void 0);
			await Promise.race([last, timeout]);
			inTime.abort();
			ended.abort();
			if (waiting > 0) log.warn(`${waiting} entries of the journal could not be written to ${store.url}`);
		}
	};
}
/** The entries of the newest run of a cluster in order; none if there was no run. @throws KubestairError of the store */
async function readLastRun(store, cluster, signal) {
	const prefix = runsPrefix(cluster);
	let newest = "";
	let keys = [];
	for await (const { key } of store.list(prefix, signal)) {
		const run = key.slice(prefix.length).split("/")[0] ?? "";
		if (run !== newest) keys = [];
		newest = run;
		keys.push(key);
	}
	const entries = [];
	for (const key of keys) {
		const body = await store.get(key, signal);
		if (body === void 0) continue;
		entries.push(JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString("utf8")));
	}
	return entries;
}
/**
* Whether the newest run was approved by this hash for this target and did not end: the plan of what is left has another
* hash than the whole had, and going on with it is what was agreed to.
*/
function continuesRun(entries, { hash, target }) {
	const approved = entries[0]?.approved;
	return !entries.some(({ step, event }) => step === "run" && event === "done") && approved?.hash === hash && approved.target === target;
}
function runsPrefix(cluster) {
	return `${cluster}/runs/`;
}
function messageOf$1(thrown) {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
// src/rollout/lock/lease.ts
const PATH = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
const NAME = "kubestair";
const WHO = "kubestair.dev/who";
const UNLOCKED = "kubestair.dev/unlocked";
/** The lock as the Lease kube-system/kubestair. Methods throw what the port throws. */
function leasePlace({ kube, runId, who, leaseSeconds, now, epoch }) {
	let last;
	const look = async (signal) => {
		last = await readLease(kube, signal);
		return last;
	};
	const epochToWrite = () => Math.max(epoch(), last?.spec?.leaseTransitions ?? 0);
	return {
		object: `Lease/kube-system/${NAME}`,
		read: async (signal) => heldBy(await look(signal)),
		claim(signal) {
			const time = microTime(now());
			const spec = {
				holderIdentity: runId,
				leaseDurationSeconds: leaseSeconds,
				leaseTransitions: epochToWrite(),
				acquireTime: time,
				renewTime: time
			};
			return write(kube, last, spec, { [WHO]: who }, signal);
		},
		async renew(signal) {
			const lease = await look(signal);
			const holder = lease?.spec?.holderIdentity || void 0;
			if (holder !== runId) return holder === void 0 ? { kept: false } : {
				kept: false,
				holder
			};
			await write(kube, lease, {
				...lease?.spec,
				leaseTransitions: epochToWrite(),
				renewTime: microTime(now())
			}, lease?.metadata.annotations, signal);
			return { kept: true };
		},
		async release(signal) {
			const lease = await look(signal);
			if (lease?.spec?.holderIdentity !== runId) return;
			await write(kube, lease, {
				...lease.spec,
				holderIdentity: "",
				renewTime: microTime(now())
			}, lease.metadata.annotations, signal);
		},
		async takeAway(holder, reason, signal) {
			const lease = await look(signal);
			if (lease?.spec?.holderIdentity !== holder) return;
			await write(kube, lease, {
				...lease.spec,
				holderIdentity: ""
			}, {
				...lease.metadata.annotations,
				[UNLOCKED]: `${holder}: ${reason}`
			}, signal);
		},
		lastEpoch: () => last?.spec?.leaseTransitions ?? 0
	};
}
function heldBy(lease) {
	const holder = lease?.spec?.holderIdentity;
	if (!holder) return void 0;
	const who = lease?.metadata.annotations?.[WHO];
	return {
		holder,
		...who !== void 0 && { who },
		since: lease?.spec?.acquireTime ?? "",
		renewedAt: lease?.spec?.renewTime ?? "",
		mark: lease?.metadata.resourceVersion ?? ""
	};
}
async function readLease(kube, signal) {
	try {
		return await kube.request({
			path: `${PATH}/${NAME}`,
			signal
		});
	} catch (thrown) {
		if (thrown instanceof KubeStatusError && thrown.status === 404) return void 0;
		throw thrown;
	}
}
/** @returns false when another run was faster */
async function write(kube, lease, spec, annotations, signal) {
	const body = {
		apiVersion: "coordination.k8s.io/v1",
		kind: "Lease",
		metadata: {
			...lease?.metadata ?? {
				name: NAME,
				namespace: "kube-system"
			},
			...annotations && { annotations }
		},
		spec
	};
	try {
		if (lease === void 0) await kube.request({
			method: "POST",
			path: PATH,
			body,
			signal
		});
		else await kube.request({
			method: "PUT",
			path: `${PATH}/${NAME}`,
			body,
			signal
		});
		return true;
	} catch (thrown) {
		if (thrown instanceof KubeStatusError && thrown.status === 409) return false;
		throw thrown;
	}
}
/** metav1.MicroTime wants six decimals. */
function microTime(date) {
	return date.toISOString().replace("Z", "000Z");
}
// src/rollout/lock/store-lock.ts
/**
* The lock in the store. It holds while no API server answers, and numbers its holders: hosts refuse work of a holder whose
* number is lower than one that they have seen (a fencing token). Methods throw what the store throws.
*/
function storePlace({ store, cluster, runId, who, now, atLeast }) {
	const prefix = `${cluster}/lock/`;
	let last;
	let own = 0;
	const put = (key, value, createOnly, signal) => store.put(`${prefix}${key}`, Buffer.from(`${JSON.stringify(value)}\n`), {
		createOnly,
		contentType: "application/json",
		signal
	});
	const get = async (key, signal) => {
		const body = await store.get(`${prefix}${key}`, signal);
		return body === void 0 ? void 0 : Buffer.concat(await Array.fromAsync(body)).toString("utf8");
	};
	const mark = (epoch, what, value, signal) => put(`${nameOf(epoch)}.${what}.json`, {
		...value,
		at: now().toISOString()
	}, false, signal);
	const markOf = (epoch, what, signal) => get(`${nameOf(epoch)}.${what}.json`, signal);
	const look = async (signal) => {
		let newest = 0;
		for await (const { key } of store.list(prefix, signal)) newest = Math.max(newest, Number(/^(\d+)\.json$/.exec(key.slice(prefix.length))?.[1] ?? 0));
		const text = newest === 0 ? void 0 : await get(`${nameOf(newest)}.json`, signal);
		last = text === void 0 ? void 0 : JSON.parse(text);
		if (last === void 0 || await markOf(last.epoch, "released", signal) !== void 0) return void 0;
		const alive = await markOf(last.epoch, "alive", signal);
		return {
			holder: last.runId,
			who: last.who,
			since: last.takenAt,
			renewedAt: alive === void 0 ? last.takenAt : JSON.parse(alive).at,
			mark: `${last.epoch} ${alive ?? ""}`
		};
	};
	const removeOlder = async (signal) => {
		const keys = [];
		for await (const { key } of store.list(prefix, signal)) if (key.slice(prefix.length) < nameOf(own)) keys.push(key);
		for (const key of keys) await store.delete(key, signal).catch(() => void 0);
	};
	return {
		object: `${store.url.replace(/\/$/, "")}/${prefix.slice(0, -1)}`,
		read: look,
		async claim(signal) {
			const epoch = Math.max(last?.epoch ?? 0, atLeast()) + 1;
			const entry = {
				epoch,
				runId,
				who,
				takenAt: now().toISOString()
			};
			try {
				await put(`${nameOf(epoch)}.json`, entry, true, signal);
			} catch (thrown) {
				if (thrown instanceof KubestairError && thrown.code === "BACKUP_EXISTS") return false;
				throw thrown;
			}
			own = epoch;
			await removeOlder(signal);
			return true;
		},
		async renew(signal) {
			const next = await get(`${nameOf(own + 1)}.json`, signal);
			if (next !== void 0) return {
				kept: false,
				holder: JSON.parse(next).runId
			};
			if (await markOf(own, "released", signal) !== void 0) return { kept: false };
			await mark(own, "alive", {}, signal);
			return { kept: true };
		},
		release: (signal) => mark(own, "released", { by: runId }, signal),
		async takeAway(holder, reason, signal) {
			if ((await look(signal))?.holder !== holder || last === void 0) return;
			await mark(last.epoch, "released", {
				by: who,
				reason
			}, signal);
		},
		epoch: () => own
	};
}
function nameOf(epoch) {
	return String(epoch).padStart(8, "0");
}
const RENEW_MILLISECONDS = 1e4;
const POLL_MILLISECONDS$1 = 2e3;
const RELEASE_MILLISECONDS = 5e3;
/**
* Does work while holding the lock in the cluster and in the store. A cluster or store that is away for a while loses nothing:
* nobody else can take the lock there meanwhile either.
* @throws KubestairError LOCKED when another run holds it and is seen alive; what the ports throw
*/
async function withLock(deps, work) {
	const { places, epoch } = placesOf(deps);
	const held = [];
	const lost = new AbortController();
	const ended = new AbortController();
	const heartbeats = [];
	const dead = /* @__PURE__ */ new Set();
	try {
		for (const place of places) {
			await acquire(place, deps, dead);
			held.push(place);
			heartbeats.push(renew(place, deps, lost, ended.signal));
		}
		for (const place of places) await place.renew(deps.signal);
		return await work({
			signal: AbortSignal.any([deps.signal, lost.signal]),
			epoch: epoch(),
			tookOver: dead.size > 0
		});
	} finally {
		ended.abort();
		await Promise.all(heartbeats);
		if (!lost.signal.aborted) for (const place of held.toReversed()) await release$1(place, deps);
	}
}
/** The places of a cluster's lock, in the order in which they are taken. */
function placesOf({ kube, store, cluster, runId, who, clock }) {
	const now = () => clock.now();
	let epoch = () => 0;
	const lease = kube && leasePlace({
		kube,
		runId,
		who,
		leaseSeconds: 45,
		now,
		epoch: () => epoch()
	});
	const inStore = storePlace({
		store,
		cluster,
		runId,
		who,
		now,
		atLeast: () => lease?.lastEpoch() ?? 0
	});
	epoch = inStore.epoch;
	return {
		places: lease === void 0 ? [inStore] : [lease, inStore],
		epoch
	};
}
async function acquire(place, { clock, log, signal, waitSeconds, cluster }, dead) {
	let seen;
	let standingSince = clock.now().getTime();
	let told = "";
	const giveUpAt = standingSince + waitSeconds * 1e3;
	for (;;) {
		const held = await place.read(signal);
		const now = clock.now().getTime();
		if (held === void 0) {
			if (await place.claim(signal)) return;
			seen = void 0;
		} else if (dead.has(held.holder)) {
			if (await place.claim(signal)) return;
		} else if (seen?.mark !== held.mark) {
			if (seen !== void 0 && now >= giveUpAt) throw lockedBy(place, held, cluster);
			if (told !== held.holder) log.info(waiting(held, waitSeconds));
			told = held.holder;
			seen = held;
			standingSince = now;
		} else if (now - standingSince >= 45e3) {
			log.warn(`run ${held.holder} no longer renews the lock: taking it over`);
			if (await place.claim(signal)) {
				dead.add(held.holder);
				return;
			}
			seen = void 0;
		}
		await clock.sleep(POLL_MILLISECONDS$1, signal);
	}
}
function waiting({ holder, who }, waitSeconds) {
	const run = `run ${holder}${who === void 0 ? "" : ` of ${who}`} holds the lock`;
	return waitSeconds === 0 ? `${run}; waiting up to 45 s to see whether it is alive` : `${run}; waiting up to ${waitSeconds} s for it`;
}
async function renew(place, { clock, log }, lost, ended) {
	while (!ended.aborted) {
		await clock.sleep(RENEW_MILLISECONDS, ended).catch(() => void 0);
		if (ended.aborted) return;
		try {
			const renewal = await place.renew(ended);
			if (renewal.kept) continue;
			lost.abort(lockLost(place, renewal.holder));
			return;
		} catch (thrown) {
			if (!ended.aborted) log.debug(`the lock could not be renewed: ${thrown instanceof Error ? thrown.message : thrown}`);
		}
	}
}
async function release$1(place, { log, clock }) {
	const inTime = new AbortController();
	const timeout = clock.sleep(RELEASE_MILLISECONDS, inTime.signal).then(() => inTime.abort(/* @__PURE__ */ new Error("out of time")), () => void 0);
	try {
		await place.release(inTime.signal);
	} catch {
		log.warn(`${place.object} could not be released; the next run waits 45 s for it`);
	} finally {
		inTime.abort();
		await timeout;
	}
}
function lockedBy({ object }, { holder, who, since }, cluster) {
	return new KubestairError("LOCKED", `run ${holder}${who === void 0 ? "" : `, started by ${who},`} holds the lock of ${cluster} since ${since}`, {
		object,
		next: `Wait until that run has ended (\`kubestair status\` shows it), or let this one wait with --lock-wait 30m. Only if it is sure to be dead: kubestair unlock --run ${holder}.`
	});
}
function lockLost({ object }, holder) {
	return new KubestairError("LOCK_LOST", holder === void 0 ? "the lock was taken away from this run" : `the lock is now held by run ${holder}`, {
		object,
		next: "Look with `kubestair status` at what was done meanwhile before you run the command again."
	});
}
// src/rollout/lock/free-stale-lease.ts
/**
* Frees the Lease that came back with a backup: whoever held the lock when it was taken does not any more. To be used only by the
* holder of the lock in the store.
*/
async function freeStaleLease(kube, signal) {
	const lease = leasePlace({
		kube,
		runId: "",
		who: "",
		now: () => /* @__PURE__ */ new Date(0),
		epoch: () => 0,
		leaseSeconds: 45
	});
	const held = await lease.read(signal);
	if (held !== void 0) await lease.takeAway(held.holder, "it came back with a backup", signal);
}
// src/commands/confirm.ts
/**
* Whether a person may be asked, or has said already, that this cluster is meant: before any work, since a wrong name or none is
* known at once.
* @throws KubestairError NOT_CONFIRMED
*/
function requireConfirmable(cluster, typed, { ask }) {
	if (typed === void 0 && ask !== void 0) return;
	if (typed === void 0) throw notConfirmed("Nobody confirmed this", cluster);
	compare(cluster, typed);
}
/** Has the person at the terminal type the cluster's name, unless it was given. @throws KubestairError NOT_CONFIRMED */
async function confirm(cluster, typed, question, { ask, signal }) {
	if (typed !== void 0) return compare(cluster, typed);
	if (ask === void 0) throw notConfirmed("Nobody confirmed this", cluster);
	compare(cluster, (await ask(question, signal)).trim());
}
function compare(cluster, typed) {
	if (typed === cluster) return;
	throw notConfirmed(`"${typed}" was typed, and the cluster's name is ${cluster}`, cluster);
}
function notConfirmed(what, cluster) {
	return new KubestairError("NOT_CONFIRMED", `${what}; nothing was touched`, {
		object: `cluster ${cluster}`,
		next: `Look at it first with --dry-run. If you mean it, type the name of the cluster: --confirm ${cluster}.`
	});
}
// src/commands/end-journal.ts
const FLUSH_MILLISECONDS = 3e3;
/** Records how a run ended, and waits a moment for what is not written yet. */
async function endJournal(journal, { state, problem }) {
	journal.record("run", eventOf(state), problem?.message);
	await journal.flush(FLUSH_MILLISECONDS);
}
function eventOf(state) {
	if (state === "changed") return "done";
	return state === "interrupted" ? "interrupted" : "failed";
}
// src/commands/who-runs.ts
/** Who started this run, for whoever meets its lock or reads its journal: a workflow run, or a user of a machine. */
function whoRuns(env) {
	const { GITHUB_ACTOR, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env;
	if (GITHUB_ACTOR && GITHUB_RUN_ID) return `${GITHUB_ACTOR} (${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID})`;
	const user = env.SUDO_USER || env.USER || env.LOGNAME || "an unknown user";
	return env.HOSTNAME ? `${user} on ${env.HOSTNAME}` : user;
}
// src/commands/lock-deps.ts
/** What a run that changes something takes its lock with; without `kube` the store's part has to do. */
function lockDeps({ lockWait = "0s" }, runId, cluster, { kube, store }, { env, clock, log, signal }) {
	const waitSeconds = durationSeconds(lockWait);
	const who = whoRuns(env);
	return {
		...kube && { kube },
		store,
		cluster,
		runId,
		who,
		waitSeconds,
		clock,
		log,
		signal
	};
}
// src/commands/open-backup.ts
/**
* Finds the backup that a person means: an id, `latest`, or `<cluster>/<id>`.
* @param cluster the cluster that an id alone belongs to
* @throws KubestairError BACKUP_NOT_FOUND, INPUT_INVALID, IDENTITY_INVALID, STORE_*
*/
async function openBackup(from, cluster, identityFile, store, io) {
	const identities = identityFile === void 0 ? [] : await identitiesOf(identityFile, io.cwd);
	const [id = "", owner = cluster] = (from ?? "latest").split("/").reverse();
	const deps = {
		store,
		log: io.log,
		signal: io.signal
	};
	const summary = id === "latest" ? await latest(owner, deps) : await readBackup(owner, id, deps);
	return {
		summary,
		source: {
			store,
			prefix: summary.prefix,
			identities
		}
	};
}
async function latest(cluster, deps) {
	const [newest] = await listBackups(cluster, 1, deps);
	if (newest !== void 0) return newest;
	throw new KubestairError("BACKUP_NOT_FOUND", `the store has no backup of cluster ${cluster}`, {
		object: deps.store.url,
		next: "Look whether spec.backup.store and metadata.name are those that backups were taken with."
	});
}
async function identitiesOf(file, cwd) {
	try {
		return readIdentities(await readFile(path.resolve(cwd, file), "utf8"), file);
	} catch (thrown) {
		if (thrown instanceof KubestairError) throw thrown;
		throw new KubestairError("IDENTITY_INVALID", "the file with the age identity cannot be read", {
			object: file,
			next: "Give the file that age-keygen wrote, and let the user who runs this read it.",
			cause: thrown
		});
	}
}
// src/commands/carry-out-restore.ts
/**
* Finds the backup, looks at hosts and cluster, has the operator type the cluster's name, and restores under the lock of the store:
* the one in the cluster may be down, and goes back in time with everything else. After any stop the same command goes on.
* @param chooseBackup which backup, as a person would name it
*/
async function carryOutRestore(command, request, config, chooseBackup, connections, io) {
	if (request.dryRun !== true) requireConfirmable(config.name, request.confirm, io);
	const { store, provider } = connections;
	const startedAt = io.clock.now().toISOString();
	const { ageIdentityFile } = request.access;
	const { summary, source } = await openBackup(await chooseBackup(), config.name, ageIdentityFile, store, io);
	const backup = requireEtcd(summary);
	const asked = await restoreRequest(command, request, config, backup, source, connections, io);
	const plan = await provider.restorer.plan(asked, io.signal);
	const ended = (end) => {
		const finishedAt = io.clock.now().toISOString();
		const { dryRun = false, file } = request;
		return {
			command,
			file,
			dryRun,
			backup,
			restore: plan,
			runId: asked.runId,
			startedAt,
			finishedAt,
			...end
		};
	};
	const stopped = (thrown) => ended({
		outcome: outcomeOfError(thrown),
		records: notStarted(plan.steps)
	});
	try {
		requireClear(plan);
		if (request.dryRun === true) return ended({
			outcome: { state: "ready" },
			records: notStarted(plan.steps)
		});
		if (request.confirm === void 0) io.log.info(restorePlanText(plan, backup.manifest.startedAt, plain));
		await confirm(config.name, request.confirm, `Type the name of the cluster to go on: `, io);
		await store.probe(`${config.name}/`, io.signal);
		return ended(await withLock(lockDeps(request, asked.runId, config.name, { store }, io), (held) => restore(asked, config, held, connections, io)));
	} catch (thrown) {
		if (thrown instanceof KubestairError && thrown.code === "NOT_CONFIRMED") throw thrown;
		return stopped(thrown);
	}
}
async function restoreRequest(command, { otherCluster, without = [] }, config, backup, source, { kube }, io) {
	const { addresses } = config.access.ssh;
	const { signal, tool } = io;
	const nodes = await readBackedUpNodes(backup.manifest, source, addresses, signal);
	const live = await readLiveCluster(kube, addresses, signal);
	const losses = await lossesOf(backup, source, live, kube, signal);
	return {
		command,
		tool,
		runId: newRunId(io),
		backup,
		source,
		nodes,
		live,
		losses,
		expectedUid: config.access.clusterUid,
		otherCluster: otherCluster === true,
		without
	};
}
async function lossesOf({ manifest }, source, live, kube, signal) {
	if (!live.known) return unknown(live.reason);
	if (live.value.uid !== manifest.cluster.uid) return unknown("the cluster that answers is not the one of the backup");
	try {
		return known(await compareWithCluster(manifest, source, kube, sinceBackup, signal));
	} catch (thrown) {
		signal.throwIfAborted();
		if (!(thrown instanceof KubeStatusError || asKubestairError(thrown).code === "KUBE_UNREACHABLE")) throw thrown;
		return unknown(asKubestairError(thrown).message);
	}
}
async function restore(asked, config, { signal, epoch, tookOver }, { kube, store, provider }, io) {
	const { restorer } = provider;
	const { manifest } = asked.backup;
	const { runId, source } = asked;
	const plan = await restorer.plan(asked, signal);
	requireClear(plan);
	if (tookOver) await Promise.all(plan.hosts.map((host) => restorer.fence(host, epoch, signal)));
	const journal = openJournal({
		store,
		cluster: config.name,
		runId,
		clock: io.clock,
		log: io.log
	});
	journal.record("run", "started", `${asked.command} from ${manifest.id}, by ${whoRuns(io.env)}`);
	let comparison;
	const runner = openRestoreRunner({
		kube,
		restorer,
		plan,
		manifest,
		source,
		config,
		clock: io.clock,
		runId,
		epoch,
		freeLease: (during) => freeStaleLease(kube, during),
		onCompared: (found) => {
			comparison = found;
		}
	});
	const { records, stoppedBy } = await carryOutAll(plan.steps, {
		runner,
		journal,
		clock: io.clock,
		log: io.log,
		signal
	});
	const outcome = stoppedBy === void 0 ? outcomeOf$1(comparison) : outcomeOfError(stoppedBy);
	await endJournal(journal, outcome);
	return {
		outcome,
		records,
		...comparison !== void 0 && { comparison }
	};
}
/** @throws KubestairError RESTORE_BLOCKED with the first finding that speaks against it */
function requireClear({ findings }) {
	const blockers = findings.filter(({ severity }) => severity === "blocking" || severity === "unknown");
	const [first] = blockers;
	if (first === void 0) return;
	const more = blockers.length > 1 ? `, and ${blockers.length - 1} more` : "";
	throw new KubestairError("RESTORE_BLOCKED", `${first.object}: ${first.message}${more}`, {
		object: first.object,
		next: first.remedy
	});
}
function outcomeOf$1(comparison) {
	const strange = comparison === void 0 ? 0 : countOf(comparison, "unexplained");
	if (strange === 0) return { state: "changed" };
	return outcomeOfError(new KubestairError("RESTORE_DIFFERS", `${strange} objects are neither as the export nor as the snapshot can have them`, { next: "Look at the objects that the comparison names before you rely on the cluster, and look for an older backup." }));
}
// src/commands/restore-etcd.ts
/**
* Puts etcd back to a backup on every control plane. The API server may be down: what is to be done is read from the backup and from
* the hosts.
*/
async function restoreEtcd(request, io) {
	const { from } = request;
	if (from === void 0) throw invalid$5("The backup to restore is missing.", "Name it with --from, or say --from latest.");
	const { config } = await loadCluster(request, io);
	await using connections = await connect$2(config, request.access, io);
	const { store } = connections;
	const { log, signal } = io;
	const choose = async () => from === "latest" ? await latestWithEtcd(config.name, {
		store,
		log,
		signal
	}) : from;
	return await carryOutRestore("restore-etcd", request, config, choose, connections, io);
}
// src/cluster/parse-selector.ts
const KEY = "[A-Za-z0-9][-A-Za-z0-9_./]*";
const FORMS = [
	[new RegExp(`^(${KEY})\\s*(=|==|!=)\\s*([-A-Za-z0-9_.]*)$`), ([key = "", operator = "", value = ""]) => ({
		key,
		operator: operator === "!=" ? "NotIn" : "In",
		values: [value]
	})],
	[new RegExp(`^(${KEY})\\s+(in|notin)\\s+\\(([^()]*)\\)$`), ([key = "", operator = "", values = ""]) => ({
		key,
		operator: operator === "in" ? "In" : "NotIn",
		values: values.split(",").map((value) => value.trim())
	})],
	[new RegExp(`^(${KEY})$`), ([key = ""]) => ({
		key,
		operator: "Exists"
	})],
	[new RegExp(`^!\\s*(${KEY})$`), ([key = ""]) => ({
		key,
		operator: "DoesNotExist"
	})]
];
/**
* Reads a label selector as kubectl's --selector takes it: `app=web,tier!=test,env in (a, b),!old`.
* Source: k8s.io/apimachinery/pkg/labels/selector.go (Parse), v0.36, without its numeric comparisons.
* @throws KubestairError INPUT_INVALID
*/
function parseSelector(text) {
	return { matchExpressions: text.split(/,(?![^(]*\))/).map((part) => part.trim()).map((part) => parseRequirement(part, text)) };
}
function parseRequirement(part, whole) {
	for (const [form, make] of FORMS) {
		const match = form.exec(part);
		if (match !== null) return make(match.slice(1));
	}
	throw new KubestairError("INPUT_INVALID", `"${part}" in the selector "${whole}" is not understood.`, { next: "Write it as for kubectl: app=web,tier!=test,env in (a,b),!old." });
}
// src/restore/resources/object.ts
/** `deployments.apps`, as `kubectl api-resources -o name` writes it. */
function resourceName({ group, resource }) {
	return group === "" ? resource : `${resource}.${group}`;
}
function apiVersionOf({ group, version }) {
	return group === "" ? version : `${group}/${version}`;
}
/** As kubectl would name it, with its namespace: `deployments.apps/shop/web`. */
function objectName(kind, { metadata }) {
	const place = metadata.namespace === void 0 ? "" : `${metadata.namespace}/`;
	return `${resourceName(kind)}/${place}${metadata.name}`;
}
/** Unique within its kind. */
function keyOf({ metadata }) {
	return `${metadata.namespace ?? ""}/${metadata.name}`;
}
/** The collection that objects of a kind are created in. */
function collectionPath({ group, version, resource, namespaced }, namespace) {
	return `${group === "" ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced && namespace !== void 0 ? `/namespaces/${encodeURIComponent(namespace)}` : ""}/${resource}`;
}
function objectPath(kind, { metadata }) {
	return `${collectionPath(kind, metadata.namespace)}/${encodeURIComponent(metadata.name)}`;
}
// src/restore/resources/prepare.ts
/** Fields that the API server writes. */
const SERVER_FIELDS = [
	"uid",
	"resourceVersion",
	"generation",
	"creationTimestamp",
	"deletionTimestamp",
	"deletionGracePeriodSeconds",
	"managedFields",
	"selfLink",
	"ownerReferences"
];
const BINDING = ["pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller"];
/**
* Makes an object of a backup fit to be created: without what the API server writes, in its namespace's new name, unbound from
* UIDs that are gone. Pure.
*/
function prepare(kind, backedUp, renames) {
	const { metadata } = backedUp;
	const changes = [];
	const renamed = rename$1(kind, backedUp, renames);
	return {
		object: special(kind, {
			...renamed,
			apiVersion: apiVersionOf(kind),
			kind: kind.kind,
			metadata: without(renamed.metadata, SERVER_FIELDS)
		}, renamed.metadata !== metadata, changes),
		oldUid: metadata.uid,
		owners: metadata.ownerReferences ?? [],
		changes
	};
}
function rename$1(kind, object, renames) {
	const { metadata } = object;
	if (resourceName(kind) === "namespaces") {
		const name = renames.get(metadata.name);
		if (name === void 0) return object;
		const labels = {
			...metadata.labels,
			"kubernetes.io/metadata.name": name
		};
		return {
			...object,
			metadata: {
				...metadata,
				name,
				labels
			}
		};
	}
	const namespace = metadata.namespace === void 0 ? void 0 : renames.get(metadata.namespace);
	if (namespace === void 0) return object;
	const moved = {
		...object,
		metadata: {
			...metadata,
			namespace
		}
	};
	if (!resourceName(kind).startsWith("rolebindings.") || !Array.isArray(object.subjects)) return moved;
	const subjects = object.subjects.map((subject) => {
		const to = renames.get(String(subject.namespace ?? ""));
		return to === void 0 ? subject : {
			...subject,
			namespace: to
		};
	});
	return {
		...moved,
		subjects
	};
}
function special(kind, object, moved, changes) {
	const { metadata, spec } = object;
	switch (resourceName(kind)) {
		case "namespaces": return {
			...object,
			spec: without(spec, ["finalizers"])
		};
		case "serviceaccounts": return without(object, ["secrets"]);
		case "secrets": return object.type === "kubernetes.io/service-account-token" ? freshToken(object, changes) : object;
		case "services": return moved ? {
			...object,
			spec: without(spec, ADDRESSES)
		} : object;
		case "persistentvolumes": return unbindVolume(object);
		case "persistentvolumeclaims": {
			const unbound = {
				...object,
				metadata: {
					...metadata,
					annotations: without(metadata.annotations, BINDING)
				}
			};
			if (!moved || spec?.volumeName === void 0) return unbound;
			changes.push("asks for a new volume, since the old one belongs to the claim of the old namespace");
			return {
				...unbound,
				spec: without(spec, ["volumeName"])
			};
		}
		case "jobs.batch": return freshJob(object);
		case "pods":
			changes.push("is scheduled anew");
			return {
				...object,
				spec: without(spec, ["nodeName"])
			};
		case "customresourcedefinitions.apiextensions.k8s.io": return without(object, ["status"]);
		default: return object;
	}
}
/** Addresses that are handed out once in a cluster. */
const ADDRESSES = [
	"clusterIP",
	"clusterIPs",
	"healthCheckNodePort"
];
/** A Service without the addresses and ports that another one has by now. */
function withoutAddresses(object) {
	const { spec } = object;
	const ports = Array.isArray(spec?.ports) ? spec.ports.map((port) => without(port, ["nodePort"])) : void 0;
	const headless = spec?.clusterIP === "None";
	return {
		...object,
		spec: {
			...without(spec, headless ? ["healthCheckNodePort"] : ADDRESSES),
			...ports && { ports }
		}
	};
}
function freshToken(object, changes) {
	changes.push("gets a new token");
	const annotations = without(object.metadata.annotations, ["kubernetes.io/service-account.uid"]);
	return {
		...without(object, ["data"]),
		metadata: {
			...object.metadata,
			annotations
		}
	};
}
function unbindVolume(object) {
	const claim = object.spec?.claimRef;
	const annotations = without(object.metadata.annotations, BINDING);
	const spec = claim === void 0 ? object.spec : {
		...object.spec,
		claimRef: without(claim, ["uid", "resourceVersion"])
	};
	return {
		...object,
		metadata: {
			...object.metadata,
			annotations
		},
		spec
	};
}
const JOB_LABELS = ["controller-uid", "batch.kubernetes.io/controller-uid"];
function freshJob(object) {
	const { spec, metadata } = object;
	if (spec === void 0 || spec.manualSelector === true) return object;
	const template = spec.template;
	const labels = without(template?.metadata?.labels, JOB_LABELS);
	return {
		...object,
		metadata: {
			...metadata,
			labels: without(metadata.labels, JOB_LABELS)
		},
		spec: {
			...without(spec, ["selector"]),
			template: {
				...template,
				metadata: {
					...template?.metadata,
					labels
				}
			}
		}
	};
}
/** An object without some fields. */
function without(fields, names) {
	return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !names.includes(name)));
}
// src/restore/resources/compare.ts
const NO_RENAMES = /* @__PURE__ */ new Map();
/**
* What an object says, whoever wrote it and when: equal for a live object and the one of a backup when restoring would
* change nothing. Status counts for custom resources alone; everything else's is written by its controllers.
*/
function digestOf(kind, object, custom) {
	const { object: prepared } = prepare(kind, object, NO_RENAMES);
	const said = custom ? prepared : without(prepared, ["status"]);
	return createHash("sha256").update(JSON.stringify(sorted(ignoring(kind, said)))).digest("base64url");
}
function ignoring(kind, object) {
	const spec = object.spec;
	switch (resourceName(kind)) {
		case "persistentvolumeclaims":
		case "persistentvolumes": return {
			...object,
			spec: without(spec, ["volumeName", "claimRef"])
		};
		case "customresourcedefinitions.apiextensions.k8s.io":
		case "apiservices.apiregistration.k8s.io": return without(object, ["status"]);
		default: return object;
	}
}
function sorted(value) {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)]);
	return Object.fromEntries(entries.toSorted(([a], [b]) => a < b ? -1 : 1));
}
// src/restore/resources/apply-object.ts
const RETRIES = 4;
/** How long a namespace may take to go that stands in the way of its own restore. */
const TERMINATING_SECONDS = 120;
const PAUSE_MILLISECONDS$1 = 2e3;
/** Creates an object that is not there. @throws what the port throws when the API server does not answer */
async function createObject(wanted, deps) {
	const { kind, object } = wanted;
	const deadline = deps.clock.now().getTime() + TERMINATING_SECONDS * 1e3;
	const notes = [];
	let body = bodyOf(wanted);
	for (;;) try {
		const created = await send("POST", collectionPath(kind, object.metadata.namespace), body, deps);
		await restoreStatus(wanted, created, deps);
		return {
			state: "done",
			uid: created.metadata.uid ?? "",
			notes
		};
	} catch (thrown) {
		if (!(thrown instanceof KubeStatusError)) throw thrown;
		if (notes.length === 0 && addressTaken(kind, thrown)) {
			notes.push("has another address or node port, since the old one is taken");
			body = withoutAddresses(body);
			continue;
		}
		if (isTerminating(thrown) && !deps.dryRun && deps.clock.now().getTime() < deadline) {
			await deps.clock.sleep(PAUSE_MILLISECONDS$1, deps.signal);
			continue;
		}
		return await answerOf(thrown, wanted, deps);
	}
}
/** Makes an object that is there what it was. @throws like createObject() */
async function updateObject(wanted, deps) {
	const { kind, object } = wanted;
	const path = objectPath(kind, object);
	for (let attempt = 1;; attempt++) try {
		const live = await deps.kube.request({
			path,
			signal: deps.signal
		});
		const updated = await send("PUT", path, overLive(kind, bodyOf(wanted), live), deps);
		await restoreStatus(wanted, updated, deps);
		return {
			state: "done",
			uid: updated.metadata.uid ?? "",
			notes: []
		};
	} catch (thrown) {
		if (!(thrown instanceof KubeStatusError)) throw thrown;
		if (thrown.status === 409 && attempt < RETRIES) continue;
		return await answerOf(thrown, wanted, deps);
	}
}
function bodyOf({ object, owners, custom }) {
	const said = custom ? object : without(object, ["status"]);
	if (owners.length === 0) return said;
	return {
		...said,
		metadata: {
			...said.metadata,
			ownerReferences: owners
		}
	};
}
function overLive(kind, object, live) {
	const metadata = {
		...object.metadata,
		resourceVersion: live.metadata.resourceVersion ?? "",
		...object.metadata.ownerReferences === void 0 && live.metadata.ownerReferences !== void 0 && { ownerReferences: live.metadata.ownerReferences }
	};
	const kept = KEPT_FROM_LIVE[resourceName(kind)] ?? [];
	const given = Object.fromEntries(kept.flatMap((name) => live.spec?.[name] === void 0 ? [] : [[name, live.spec[name]]]));
	return {
		...object,
		metadata,
		...object.spec !== void 0 && { spec: {
			...object.spec,
			...given
		} }
	};
}
const KEPT_FROM_LIVE = {
	services: [
		"clusterIP",
		"clusterIPs",
		"healthCheckNodePort"
	],
	persistentvolumeclaims: ["volumeName"],
	persistentvolumes: ["claimRef"]
};
async function send(method, path, body, deps) {
	const request = {
		method,
		path: `${path}?${new URLSearchParams({
			fieldManager: "kubestair",
			...deps.dryRun && { dryRun: "All" }
		})}`,
		body,
		signal: deps.signal,
		retries: RETRIES
	};
	return await deps.kube.request(request);
}
async function restoreStatus({ kind, object, custom }, made, deps) {
	if (!custom || deps.dryRun || object.status === void 0) return;
	if (isDeepStrictEqual(made.status, object.status)) return;
	try {
		await send("PUT", `${objectPath(kind, made)}/status`, {
			...made,
			status: object.status
		}, deps);
	} catch (thrown) {
		if (thrown instanceof KubeStatusError && (thrown.status === 409 || thrown.status === 404)) return;
		throw thrown;
	}
}
async function answerOf(refusal, wanted, deps) {
	if (refusal.status === 409 && refusal.reason === "AlreadyExists") return await meetExisting(wanted, deps);
	if (refusal.status === 404 && deps.dryRun) return {
		state: "untried",
		reason: refusal.message
	};
	return {
		state: "refused",
		reason: refusal.message
	};
}
async function meetExisting({ kind, object, custom }, deps) {
	const read = async () => await deps.kube.request({
		path: objectPath(kind, object),
		signal: deps.signal
	});
	const live = await patiently(read, {
		...deps,
		seconds: 60
	});
	if (digestOf(kind, live, custom) !== digestOf(kind, object, custom)) return { state: "exists" };
	return {
		state: "done",
		uid: live.metadata.uid ?? "",
		notes: []
	};
}
function addressTaken(kind, { status, message }) {
	return resourceName(kind) === "services" && status === 422 && /already allocated|not in the valid range/.test(message);
}
function isTerminating({ status, details, message }) {
	if (status === 409 && /object is being deleted/.test(message)) return true;
	return status === 403 && (details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false);
}
// src/restore/resources/at-once.ts
/**
* Does work for each item of a stream, so many at once, and takes no further item than it can work on. The first failure ends it.
*/
async function atOnce(items, limit, work) {
	const running = /* @__PURE__ */ new Set();
	try {
		for await (const item of items) {
			const one = work(item).finally(() => running.delete(one));
			running.add(one);
			if (running.size >= limit) await Promise.race(running);
		}
		await Promise.all(running);
	} finally {
		await Promise.allSettled(running);
	}
}
// src/restore/resources/left-out.ts
/** Kinds that are written by the cluster about itself. They are in the export to be looked at. */
const KINDS = {
	events: "events tell of what has passed",
	"events.events.k8s.io": "events tell of what has passed",
	"leases.coordination.k8s.io": "a Lease belongs to a process that runs now",
	"leasecandidates.coordination.k8s.io": "a Lease belongs to a process that runs now",
	nodes: "kubelets register their nodes themselves",
	"csinodes.storage.k8s.io": "kubelets register their nodes themselves",
	"csistoragecapacities.storage.k8s.io": "the storage driver measures it anew",
	"volumeattachments.storage.k8s.io": "attachments follow from the pods that run",
	componentstatuses: "it is no stored object",
	"controllerrevisions.apps": "their StatefulSet or DaemonSet makes them",
	"ipaddresses.networking.k8s.io": "the API server makes them for Services",
	"certificatesigningrequests.certificates.k8s.io": "a signing request is good once",
	"resourceslices.resource.k8s.io": "the driver on the node publishes them",
	"storageversions.internal.apiserver.k8s.io": "API servers publish them"
};
/** Why a kind is never restored; undefined where it is. */
function kindLeftOut(kind) {
	if (kind.group.endsWith("metrics.k8s.io")) return "metrics are no stored objects";
	return KINDS[resourceName(kind)];
}
/** Why an object is not restored although its kind is; undefined where it is. */
function objectLeftOut(kind, object) {
	const { metadata, status } = object;
	if (metadata.deletionTimestamp !== void 0) return "it was being deleted when the backup was taken";
	const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
	const labels = metadata.labels ?? {};
	const annotations = metadata.annotations ?? {};
	switch (resourceName(kind)) {
		case "pods":
			if (annotations["kubernetes.io/config.mirror"] !== void 0) return "the kubelet makes it from a static manifest";
			if (owner !== void 0) return `its ${owner.kind} makes it`;
			return status?.phase === "Succeeded" || status?.phase === "Failed" ? "it had ended" : void 0;
		case "replicasets.apps": return owner?.kind === "Deployment" ? "its Deployment makes it" : void 0;
		case "jobs.batch": return hasEnded(object) ? "it had ended, and would run again" : void 0;
		case "endpointslices.discovery.k8s.io": return labels["endpointslice.kubernetes.io/managed-by"] === void 0 ? void 0 : "its Service makes it";
		case "endpoints": return annotations["endpoints.kubernetes.io/last-change-trigger-time"] === void 0 && labels["endpoints.kubernetes.io/managed-by"] === void 0 && metadata.name !== "kubernetes" ? void 0 : "its Service makes it";
		case "services": return metadata.namespace === "default" && metadata.name === "kubernetes" ? "the API server makes it" : void 0;
		case "configmaps": return metadata.name === "kube-root-ca.crt" || isApiServersOwn(metadata) ? "the cluster writes its own authorities into it" : void 0;
		case "apiservices.apiregistration.k8s.io": return labels["kube-aggregator.kubernetes.io/automanaged"] === void 0 ? void 0 : "the API server makes it";
		case "flowschemas.flowcontrol.apiserver.k8s.io":
		case "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": return annotations["apf.kubernetes.io/autoupdate-spec"] === "true" ? "the API server keeps it" : void 0;
		default: return;
	}
}
function isApiServersOwn({ namespace, name }) {
	return namespace === "kube-system" && name === "extension-apiserver-authentication";
}
function hasEnded({ status }) {
	return (Array.isArray(status?.conditions) ? status.conditions : []).some((condition) => (condition.type === "Complete" || condition.type === "Failed") && condition.status === "True");
}
// src/restore/resources/live.ts
/**
* The objects of a kind that are there now, by namespace and name. A kind that is not served has none yet.
* @param namespaces to look in; empty for all
* @throws KubestairError KUBE_REQUEST
*/
async function readLive(kube, kind, namespaces, custom, signal) {
	const live = /* @__PURE__ */ new Map();
	const places = kind.namespaced && namespaces.length > 0 ? namespaces : [void 0];
	for (const namespace of places) try {
		for await (const object of listAll(kube, collectionPath(kind, namespace), signal)) {
			const uid = object.metadata.uid ?? "";
			live.set(keyOf(object), {
				uid,
				digest: digestOf(kind, object, custom)
			});
		}
	} catch (thrown) {
		if (!isNotFound(thrown)) throw thrown;
	}
	return live;
}
function isNotFound(thrown) {
	const cause = thrown instanceof KubestairError ? thrown.cause : thrown;
	return cause instanceof KubeStatusError && cause.status === 404;
}
// src/restore/resources/order.ts
/**
* What has to be there before what, kind by kind. Custom resources and everything that is not named come before `LAST`.
* After the order that Velero has learnt (velero.io/docs, "Restore Reference", v1.18), with workloads before their services so that
* nothing is routed to them before they are there.
*/
const FIRST = [
	"customresourcedefinitions.apiextensions.k8s.io",
	"namespaces",
	"priorityclasses.scheduling.k8s.io",
	"runtimeclasses.node.k8s.io",
	"ingressclasses.networking.k8s.io",
	"csidrivers.storage.k8s.io",
	"storageclasses.storage.k8s.io",
	"persistentvolumes",
	"persistentvolumeclaims",
	"clusterroles.rbac.authorization.k8s.io",
	"roles.rbac.authorization.k8s.io",
	"clusterrolebindings.rbac.authorization.k8s.io",
	"rolebindings.rbac.authorization.k8s.io",
	"serviceaccounts",
	"secrets",
	"configmaps",
	"limitranges",
	"podtemplates",
	"deployments.apps",
	"statefulsets.apps",
	"daemonsets.apps",
	"replicasets.apps",
	"replicationcontrollers",
	"cronjobs.batch",
	"jobs.batch",
	"pods",
	"services",
	"endpoints",
	"endpointslices.discovery.k8s.io"
];
/** They refuse or redirect requests of others: only once what they lead to is ready. */
const LAST = [
	"resourcequotas",
	"validatingadmissionpolicies.admissionregistration.k8s.io",
	"validatingadmissionpolicybindings.admissionregistration.k8s.io",
	"mutatingadmissionpolicies.admissionregistration.k8s.io",
	"mutatingadmissionpolicybindings.admissionregistration.k8s.io",
	"apiservices.apiregistration.k8s.io",
	"mutatingwebhookconfigurations.admissionregistration.k8s.io",
	"validatingwebhookconfigurations.admissionregistration.k8s.io"
];
const MIDDLE = FIRST.length;
/** Kinds in the order in which they are restored. */
function restoreOrder(kinds) {
	return kinds.toSorted((a, b) => rank(a) - rank(b) || (resourceName(a) < resourceName(b) ? -1 : 1));
}
function rank(kind) {
	const name = resourceName(kind);
	const first = FIRST.indexOf(name);
	if (first >= 0) return first;
	const last = LAST.indexOf(name);
	return last >= 0 ? MIDDLE + 1 + last : MIDDLE;
}
// src/restore/resources/owners.ts
/** Owner references with today's UIDs; undefined while one of them is not known. */
function relinked(owners, uids) {
	const now = owners.map((owner) => ({
		...owner,
		uid: uids.get(owner.uid) ?? ""
	}));
	return now.every(({ uid }) => uid !== "") ? now : void 0;
}
/**
* Gives an orphan back to its owners. One that is in the cluster under its old name, though it was not restored, is taken; one
* that is not there is left out, since the garbage collector would delete what points at it.
* @returns the owners that are not there
*/
async function adopt({ kind, object, owners }, uids, kinds, kube, signal) {
	const found = [];
	const missing = [];
	for (const owner of owners) {
		const uid = uids.get(owner.uid) ?? await liveUid(owner, object, kinds, kube, signal);
		if (uid === void 0) missing.push(owner);
		else found.push({
			...owner,
			uid
		});
	}
	if (found.length > 0) {
		const body = { metadata: { ownerReferences: found } };
		await kube.request({
			method: "PATCH",
			path: objectPath(kind, object),
			body,
			signal,
			retries: 4
		});
	}
	return missing;
}
async function liveUid(owner, { metadata }, kinds, kube, signal) {
	const group = owner.apiVersion.includes("/") ? owner.apiVersion.split("/")[0] ?? "" : "";
	const kind = kinds.find((one) => one.group === group && one.kind === owner.kind);
	if (kind === void 0) return void 0;
	const path = `${collectionPath(kind, metadata.namespace)}/${encodeURIComponent(owner.name)}`;
	try {
		return (await kube.request({
			path,
			signal
		})).metadata.uid;
	} catch (thrown) {
		if (thrown instanceof KubeStatusError && thrown.status === 404) return void 0;
		throw thrown;
	}
}
// src/restore/resources/report.ts
function newTally() {
	const kinds = /* @__PURE__ */ new Map();
	const refused = [];
	const skipped = [];
	const kept = [];
	const changed = [];
	const leftOut = [];
	let untried = 0;
	const count = (kind, outcome) => {
		const counts = kinds.get(kind) ?? {
			created: 0,
			updated: 0,
			unchanged: 0,
			kept: 0,
			skipped: 0,
			refused: 0
		};
		counts[outcome] += 1;
		kinds.set(kind, counts);
	};
	return {
		count,
		refused(kind, object, reason) {
			count(kind, "refused");
			refused.push({
				object,
				note: reason
			});
		},
		skipped(kind, object, reason) {
			count(kind, "skipped");
			skipped.push({
				object,
				note: reason
			});
		},
		kept(kind, object) {
			count(kind, "kept");
			kept.push(object);
		},
		changed: (object, note) => changed.push({
			object,
			note
		}),
		untried() {
			untried += 1;
		},
		leftOut: (kind, objects, reason) => leftOut.push({
			kind,
			objects,
			reason
		}),
		report: (dryRun) => ({
			dryRun,
			kinds: [...kinds].map(([kind, counts]) => ({
				kind,
				...counts
			})),
			refused,
			skipped,
			kept,
			changed,
			untried,
			leftOut
		})
	};
}
// src/restore/resources/selection.ts
/** @throws KubestairError INPUT_INVALID for a pair that is none */
function parseRenames(pairs) {
	return new Map(pairs.map((pair) => {
		const [from = "", to = "", ...more] = pair.split("=");
		if (from === "" || to === "" || more.length > 0) throw new KubestairError("INPUT_INVALID", `--as-namespace "${pair}" is no pair of namespaces.`, { next: "Write it as old=new." });
		return [from, to];
	}));
}
/**
* Whether objects of a kind can be selected at all. Where namespaces are named, nothing of the whole cluster is, but
* the Namespaces themselves, and what `kinds` names.
*/
function selectsKind({ namespaces, kinds }, kind) {
	if (kinds.length > 0) return kinds.some((written) => names(written, kind));
	return namespaces.length === 0 || kind.namespaced || resourceName(kind) === "namespaces";
}
function selectsObject(selection, kind, { metadata }) {
	const { namespaces, labels } = selection;
	if (labels !== void 0 && !selects(labels, metadata.labels ?? {})) return false;
	if (namespaces.length === 0) return true;
	if (resourceName(kind) === "namespaces") return namespaces.includes(metadata.name);
	return !kind.namespaced || namespaces.includes(metadata.namespace ?? "");
}
/** Kinds that were named and are not in the backup. */
function unknownKinds({ kinds }, there) {
	return kinds.filter((written) => !there.some((kind) => names(written, kind)));
}
function names(written, kind) {
	const wanted = written.toLowerCase();
	return [
		kind.resource,
		resourceName(kind),
		kind.kind,
		`${kind.kind}.${kind.group}`
	].some((name) => name.toLowerCase() === wanted);
}
// src/restore/resources/wait.ts
const CRD_SECONDS = 60;
const BACKEND_SECONDS = 120;
const PAUSE_MILLISECONDS = 1e3;
/**
* Waits until a CustomResourceDefinition is Established, so that objects of it can be created.
* @returns false when it was not in time
*/
async function waitEstablished(name, deps) {
	const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${encodeURIComponent(name)}`;
	return await waitUntil(CRD_SECONDS, deps, async () => {
		const { status } = await deps.kube.request({
			path,
			signal: deps.signal
		});
		return (Array.isArray(status?.conditions) ? status.conditions : []).some((condition) => condition.type === "Established" && condition.status === "True");
	});
}
/** The Services that requests are sent to once this object is there. */
function backendsOf(kind, object) {
	const services = [];
	switch (resourceName(kind)) {
		case "mutatingwebhookconfigurations.admissionregistration.k8s.io":
		case "validatingwebhookconfigurations.admissionregistration.k8s.io":
			for (const webhook of Array.isArray(object.webhooks) ? object.webhooks : []) services.push(webhook.clientConfig?.service);
			break;
		case "apiservices.apiregistration.k8s.io": services.push(object.spec?.service);
	}
	return services.filter((service) => service != null);
}
/**
* Waits until a Service has an endpoint that is ready: a webhook that fails closed without one would stop the cluster.
* @returns false when it had none in time
*/
async function waitForBackend({ namespace, name }, deps) {
	const kind = {
		group: "discovery.k8s.io",
		version: "v1",
		resource: "endpointslices",
		kind: "EndpointSlice",
		namespaced: true
	};
	const query = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${name}` });
	return await waitUntil(BACKEND_SECONDS, deps, async () => {
		const path = `${collectionPath(kind, namespace)}?${query}`;
		const { items } = await deps.kube.request({
			path,
			signal: deps.signal
		});
		return items.flatMap((slice) => Array.isArray(slice.endpoints) ? slice.endpoints : []).some((endpoint) => endpoint.conditions?.ready !== false);
	});
}
async function waitUntil(seconds, { clock, signal }, look) {
	const deadline = clock.now().getTime() + seconds * 1e3;
	for (;;) {
		try {
			if (await look()) return true;
		} catch (thrown) {
			if (!(thrown instanceof KubeStatusError) || thrown.status !== 404) throw thrown;
		}
		if (clock.now().getTime() >= deadline) return false;
		await clock.sleep(PAUSE_MILLISECONDS, signal);
	}
}
// src/restore/resources/restore.ts
/** Writes at once: well within what the API server's priority and fairness gives one user by default. */
const WRITES_AT_ONCE = 16;
const CRDS = "customresourcedefinitions.apiextensions.k8s.io";
/**
* One pass over what is selected, in the order in which things need each other. What is there already stays, so a pass that was cut
* off is ended by another one.
* @throws KubestairError INPUT_INVALID, STORE_CORRUPT, IDENTITY_*, KUBE_*
*/
async function restoreResources$1(request, deps) {
	const { manifest, selection, dryRun } = request;
	const tally = newTally();
	const selected = partsToRestore(manifest, selection, tally);
	const crds = await definedKinds(manifest, deps);
	const uids = /* @__PURE__ */ new Map();
	const orphans = [];
	let served = await servedKinds(deps);
	const undefinedKinds = selected.map(resourceName).filter((name) => crds.has(name) && !servesKind(served, name));
	const parts = withDefinitions(selected, manifest, undefinedKinds);
	for (const part of parts) {
		const name = resourceName(part);
		deps.log.progress("restore", `${dryRun ? "trying" : "restoring"} ${name}`);
		const custom = crds.has(name);
		if (custom && !served.has(nameAndVersion(part)) && !dryRun) {
			await waitEstablished(name, deps);
			served = await servedKinds(deps);
		}
		await restoreKind({
			part,
			custom,
			served: served.has(nameAndVersion(part)),
			...name === CRDS && !selected.includes(part) && { only: new Set(undefinedKinds) },
			uids,
			orphans,
			tally
		}, request, deps);
	}
	if (!dryRun) await adoptAll(orphans, uids, manifest.resources, tally, deps);
	return tally.report(dryRun);
}
function partsToRestore({ resources }, selection, tally) {
	const unknown = unknownKinds(selection, resources);
	if (unknown.length > 0) throw new KubestairError("INPUT_INVALID", `The backup has no kind ${unknown.join(", ")}.`, { next: "Name kinds as kubectl api-resources does, for example deployments.apps." });
	const parts = [];
	for (const resource of resources) {
		if (!selectsKind(selection, resource) || resource.objects === 0 || resource.part === void 0) continue;
		const reason = kindLeftOut(resource);
		if (reason !== void 0) tally.leftOut(resourceName(resource), resource.objects, reason);
		else parts.push({
			...resource,
			part: resource.part
		});
	}
	return restoreOrder(parts);
}
/** Objects of a kind that is gone cannot be restored without its definition, whether that was selected or not. */
function withDefinitions(selected, { resources }, undefinedKinds) {
	if (undefinedKinds.length === 0 || selected.some((part) => resourceName(part) === CRDS)) return selected;
	const definitions = resources.find((resource) => resourceName(resource) === CRDS);
	return definitions?.part === void 0 ? selected : [{
		...definitions,
		part: definitions.part
	}, ...selected];
}
/** Kinds that a CustomResourceDefinition of the backup defines, by resource name. */
async function definedKinds({ resources }, { source, signal }) {
	const defined = /* @__PURE__ */ new Set();
	const part = resources.find((resource) => resourceName(resource) === CRDS)?.part;
	if (part === void 0) return defined;
	for await (const { metadata } of readObjects(part, source, signal)) defined.add(metadata.name);
	return defined;
}
async function servedKinds({ kube, signal }) {
	const { kinds } = await discover(kube, signal);
	return new Set(kinds.map(nameAndVersion));
}
function servesKind(served, name) {
	return [...served].some((one) => one.startsWith(`${name} `));
}
function nameAndVersion(kind) {
	return `${resourceName(kind)} ${apiVersionOf(kind)}`;
}
async function restoreKind(pass, request, deps) {
	const { part, custom, served } = pass;
	const { selection, dryRun } = request;
	const namespaces = selection.namespaces.map((name) => selection.renames.get(name) ?? name);
	const live = served ? await readLive(deps.kube, part, namespaces, custom, deps.signal) : /* @__PURE__ */ new Map();
	const apply = {
		...deps,
		dryRun
	};
	await atOnce(readObjects(part.part, deps.source, deps.signal), WRITES_AT_ONCE, async (object) => {
		if (pass.only === void 0 ? !selectsObject(selection, part, object) : !pass.only.has(object.metadata.name)) return;
		await restoreObject(object, live, pass, request, apply, deps);
	});
}
async function restoreObject(backedUp, live, { part, custom, served, uids, orphans, tally }, { selection, existing }, apply, deps) {
	const kind = resourceName(part);
	const { object, oldUid, owners, changes } = prepare(part, backedUp, selection.renames);
	const name = objectName(part, object);
	const reason = objectLeftOut(part, backedUp);
	if (reason !== void 0) {
		tally.skipped(kind, name, reason);
		return;
	}
	const there = live.get(keyOf(object));
	if (there !== void 0 && oldUid !== void 0) uids.set(oldUid, there.uid);
	const same = there !== void 0 && there.digest === digestOf(part, object, custom);
	if (there !== void 0 && (same || existing !== "update")) {
		leaveAsItIs(same, existing, kind, name, tally);
		return;
	}
	const obstacle = apply.dryRun ? void 0 : await obstacleTo(part, object, served, deps);
	if (obstacle !== void 0) {
		tally.refused(kind, name, obstacle);
		return;
	}
	const linked = relinked(owners, uids);
	const wanted = {
		kind: part,
		object,
		owners: linked ?? [],
		custom
	};
	const applied = there === void 0 ? await createObject(wanted, apply) : await updateObject(wanted, apply);
	if (applied.state === "done") {
		if (oldUid !== void 0) uids.set(oldUid, applied.uid);
		if (linked === void 0) orphans.push({
			kind: part,
			object: nameOnly(object),
			owners
		});
		for (const note of [...changes, ...applied.notes]) tally.changed(name, note);
	}
	record(applied, there === void 0 ? "created" : "updated", kind, name, tally);
}
function leaveAsItIs(same, existing, kind, name, tally) {
	if (same) tally.count(kind, "unchanged");
	else if (existing === "fail") tally.refused(kind, name, "it is there and differs from the backup");
	else tally.kept(kind, name);
}
function record(applied, done, kind, name, tally) {
	switch (applied.state) {
		case "untried":
			tally.untried();
			tally.count(kind, done);
			break;
		case "done":
			tally.count(kind, done);
			break;
		case "exists":
			tally.refused(kind, name, "another object of that name appeared meanwhile");
			break;
		case "refused": tally.refused(kind, name, `the API server refused it: ${applied.reason}`);
	}
}
/** Why an object cannot be created yet or at all, before the API server is asked. */
async function obstacleTo(kind, object, served, deps) {
	if (!served) return `the cluster does not serve ${apiVersionOf(kind)} of it`;
	for (const service of backendsOf(kind, object)) {
		if (await waitForBackend(service, deps)) continue;
		return `the Service ${service.namespace}/${service.name} that it leads to has no ready endpoint; run the command again once it has`;
	}
}
function nameOnly({ metadata: { name, namespace } }) {
	return { metadata: {
		name,
		...namespace !== void 0 && { namespace }
	} };
}
async function adoptAll(orphans, uids, kinds, tally, { kube, signal }) {
	for (const orphan of orphans) {
		const missing = await adopt(orphan, uids, kinds, kube, signal);
		for (const { kind, name } of missing) tally.changed(objectName(orphan.kind, orphan.object), `belongs to ${kind} ${name} no longer, which is not there`);
	}
}
// src/commands/restore-resources.ts
/** Asks the API server about every object first, and writes only if it refuses none, or if that is accepted. */
async function restoreResources(request, io) {
	const selection = selectionOf(request);
	const { config } = await loadCluster(request, io);
	await using connections = await connect$2(config, request.access, io);
	const { kube, store } = connections;
	const identity = request.access.ageIdentityFile;
	const { summary, source } = await openBackup(request.from, config.name, identity, store, io);
	const wanted = {
		manifest: summary.manifest,
		selection,
		existing: request.existing ?? "skip"
	};
	const deps = {
		kube,
		source,
		clock: io.clock,
		log: io.log,
		signal: io.signal
	};
	const ended = (restored, outcome) => {
		return {
			command: "restore-resources",
			outcome,
			backup: summary,
			restored
		};
	};
	const trial = await io.log.group("Asking the API server about every object", () => restoreResources$1({
		...wanted,
		dryRun: true
	}, deps));
	const refusal = refusalOf(trial);
	if (refusal !== void 0 && request.skipRefused !== true) return ended(trial, outcomeOfError(refusal));
	if (request.dryRun === true) return ended(trial, { state: "ready" });
	if (toWrite(trial) === 0) return ended({
		...trial,
		dryRun: false
	}, { state: "nothing-to-do" });
	const lock = lockDeps(request, newRunId(io), config.name, connections, io);
	try {
		const restored = await withLock(lock, ({ signal }) => io.log.group("Restoring", () => restoreResources$1({
			...wanted,
			dryRun: false
		}, {
			...deps,
			signal
		})));
		return ended(restored, outcomeOf(restored, request.skipRefused === true));
	} catch (thrown) {
		return ended(trial, outcomeOfError(thrown));
	}
}
function selectionOf({ namespace = [], kind = [], selector, asNamespace = [] }) {
	return {
		namespaces: namespace,
		kinds: kind,
		...selector !== void 0 && { labels: parseSelector(selector) },
		renames: parseRenames(asNamespace)
	};
}
function toWrite({ kinds }) {
	return kinds.reduce((sum, { created, updated }) => sum + created + updated, 0);
}
function refusalOf({ refused }) {
	const [first] = refused;
	if (first === void 0) return void 0;
	return new KubestairError("RESTORE_REFUSED", `${count$1(refused.length, "object")} cannot be restored, for example ${first.object}: ${first.note}`, {
		object: first.object,
		next: "Look at the list, mend or leave out what is refused (--kind, --selector), or restore the rest with --skip-refused. Nothing was changed."
	});
}
function outcomeOf({ refused }, accepted) {
	const [first] = refused;
	if (first === void 0 || accepted) return { state: "changed" };
	return outcomeOfError(new KubestairError("RESTORE_INCOMPLETE", `${count$1(refused.length, "object")} of the backup were not restored, for example ${first.object}: ${first.note}`, {
		object: first.object,
		next: "Mend what the list names and run the same command again: it goes on with what is missing."
	}));
}
// src/rollout/lock/read-lock.ts
/** Who holds the lock of a cluster, by the Lease, else by the store; undefined when it is free. @throws what the ports throw */
async function readLock(kube, store, cluster, signal) {
	const nobody = {
		runId: "",
		who: "",
		now: () => /* @__PURE__ */ new Date(0)
	};
	return await leasePlace({
		kube,
		leaseSeconds: 45,
		epoch: () => 0,
		...nobody
	}).read(signal) ?? await storePlace({
		store,
		cluster,
		atLeast: () => 0,
		...nobody
	}).read(signal);
}
// src/commands/status.ts
/** What runs where, who holds the lock, the last backup and how far the last run came. Changes nothing. */
async function status(request, io) {
	const { config } = await loadCluster(request, io);
	await using connections = await connect$2(config, request.access, io);
	const { kube, store } = connections;
	const observation = await observe({
		kube,
		provider: apiOnly(connections),
		access: config.access,
		signal: io.signal
	});
	const lock = await readLock(kube, store, config.name, io.signal);
	const [lastBackup] = await listBackups(config.name, 1, {
		store,
		log: io.log,
		signal: io.signal
	});
	const lastRun = runOf(await readLastRun(store, config.name, io.signal));
	return {
		command: "status",
		outcome: { state: "ready" },
		status: {
			cluster: config.name,
			target: config.version,
			apiServerVersion: observation.apiServerVersion,
			nodes: observation.nodes.map((node) => ({
				name: node.name,
				role: node.role,
				kubelet: node.kubelet,
				ready: node.ready,
				unschedulable: node.unschedulable,
				...node.cordonedBy !== void 0 && { cordonedBy: node.cordonedBy },
				components: node.components.known ? node.components.value : {}
			})),
			...lock !== void 0 && { lock: lockOf(lock, io.clock.now()) },
			...lastBackup !== void 0 && { lastBackup: {
				id: lastBackup.manifest.id,
				finishedAt: lastBackup.manifest.finishedAt,
				state: lastBackup.manifest.state
			} },
			...lastRun !== void 0 && { lastRun }
		}
	};
}
/** Hosts are not asked: a status must come when one of them is dead, and soon. */
function apiOnly({ provider }) {
	const notAsked = async () => unknown("status does not look there");
	return {
		configuredVersion: (signal) => provider.configuredVersion(signal),
		observeHost: notAsked,
		observeEtcd: notAsked
	};
}
function runOf(entries) {
	const [first] = entries;
	if (first === void 0) return void 0;
	const end = entries.findLast((entry) => entry.step === "run");
	return {
		runId: first.runId,
		startedAt: first.at,
		state: end === void 0 || end.event === "started" ? "not finished" : end.event,
		steps: entries.map(({ at, step, event, detail }) => ({
			at,
			step,
			event,
			...detail !== void 0 && { detail }
		}))
	};
}
function lockOf({ holder, who, renewedAt }, now) {
	return {
		holder,
		...who !== void 0 && { who },
		renewedAt,
		stale: isStale(renewedAt, now)
	};
}
function isStale(renewedAt, now) {
	return now.getTime() - Date.parse(renewedAt) > 45e3;
}
// src/commands/unlock.ts
/** Longer than a holder that is alive goes without a sign of life. */
const WATCH_MILLISECONDS = 15e3;
/** Frees the lock from a run that will not come back, in the cluster and in the store. */
async function unlock(request, io) {
	const { config } = await loadCluster(request, io);
	await using connections = await connect$2(config, request.access, io);
	const { run = "", reason = "", force = false } = request;
	const { places } = placesOf({
		...connections,
		cluster: config.name,
		runId: newRunId(io),
		who: whoRuns(io.env),
		clock: io.clock
	});
	const freed = [];
	try {
		const held = await heldPlaces(places, io.signal);
		requireHolder(held, run);
		if (!force) await requireDead(held, io);
		for (const { place, held: lock } of held) {
			await place.takeAway(run, reason, io.signal);
			freed.push({
				object: place.object,
				holder: run,
				since: lock.since,
				renewedAt: lock.renewedAt
			});
		}
	} catch (thrown) {
		return {
			command: "unlock",
			outcome: outcomeOfError(thrown),
			freed
		};
	}
	return {
		command: "unlock",
		outcome: { state: freed.length > 0 ? "changed" : "nothing-to-do" },
		freed
	};
}
async function heldPlaces(places, signal) {
	return (await Promise.all(places.map(async (place) => ({
		place,
		held: await place.read(signal)
	})))).flatMap(({ place, held }) => held === void 0 ? [] : [{
		place,
		held
	}]);
}
function requireHolder(held, run) {
	const other = held.find((one) => one.held.holder !== run);
	if (other === void 0) return;
	throw new KubestairError("LOCKED", `run ${other.held.holder} holds the lock, not ${run}`, {
		object: other.place.object,
		next: `Look with \`kubestair status\` who that is. To take the lock from it: kubestair unlock --run ${other.held.holder}.`
	});
}
async function requireDead(held, { clock, log, signal }) {
	if (held.length === 0) return;
	log.info(`watching for ${WATCH_MILLISECONDS / 1e3} s whether the run gives a sign of life`);
	await clock.sleep(WATCH_MILLISECONDS, signal);
	for (const { place, held: before } of held) {
		const now = await place.read(signal);
		if (now === void 0 || now.mark === before.mark) continue;
		throw new KubestairError("LOCKED", `run ${now.holder} is alive: it renewed the lock at ${now.renewedAt}`, {
			object: place.object,
			next: "Stop that run; it gives the lock back by itself. Or take it away all the same with --force: the run stops before its next step."
		});
	}
}
// src/rollout/drain/cordon.ts
/** The kubelet writes a node's status every few seconds, so a write may find another version than was read. */
const ATTEMPTS = 5;
/**
* Cordons a node and marks the cordon as Kubestair's in the same write. A node that somebody else cordoned is left as it is,
* so that it stays cordoned afterwards.
* @returns `foreign` when somebody else's cordon was found
*/
async function cordonNode(kube, name, runId, signal) {
	const before = await changeNode(kube, name, signal, (node) => cordonOf(node) === "none" ? {
		annotations: { [CORDONED_BY]: runId },
		unschedulable: true
	} : void 0);
	return before === "none" ? "own" : before;
}
/** Uncordons a node that a run of Kubestair cordoned. @returns `foreign` when the cordon is somebody else's, who keeps it */
async function uncordonNode(kube, name, signal) {
	return await changeNode(kube, name, signal, (node) => isMarked(node) ? {
		annotations: { [CORDONED_BY]: null },
		unschedulable: null
	} : void 0);
}
/** Whether no cordon of Kubestair's is left on a node. */
async function isUncordoned(kube, name, signal) {
	return !isMarked(await readNode(kube, name, signal));
}
/** Reads, decides and writes, with the version that was read: a cordon that somebody sets meanwhile is never taken for ours. */
async function changeNode(kube, name, signal, decide) {
	for (let attempt = 1;; attempt++) {
		const node = await readNode(kube, name, signal);
		const change = decide(node);
		if (change === void 0) return cordonOf(node);
		const { annotations, unschedulable } = change;
		const { resourceVersion } = node.metadata;
		const body = {
			metadata: {
				annotations,
				resourceVersion
			},
			spec: { unschedulable }
		};
		try {
			await kube.request({
				method: "PATCH",
				path: nodePath(name),
				body,
				signal
			});
			return cordonOf(node);
		} catch (thrown) {
			if (!(thrown instanceof KubeStatusError && thrown.status === 409) || attempt === ATTEMPTS) throw thrown;
		}
	}
}
function cordonOf(node) {
	if (node.spec?.unschedulable !== true) return "none";
	return isMarked(node) ? "own" : "foreign";
}
function isMarked({ metadata }) {
	return metadata.annotations?.[CORDONED_BY] !== void 0;
}
async function readNode(kube, name, signal) {
	return await kube.request({
		path: nodePath(name),
		signal
	});
}
function nodePath(name) {
	return `/api/v1/nodes/${encodeURIComponent(name)}`;
}
// src/rollout/drain/blockers.ts
/**
* Names what stands in the way of an eviction: the pod, who owns it, and the budgets that guard it with their numbers.
* What cannot be read is left out: this is for people, and must not stop a drain.
*/
async function describeBlocker(kube, pod, reason, signal) {
	const [owner, budgets] = await Promise.all([ownerOf(kube, pod, signal), budgetsOf(kube, pod, signal)]);
	const who = owner === void 0 ? "" : ` of ${owner}`;
	const guarded = budgets.length === 0 ? "" : `, guarded by ${budgets.join(" and ")}`;
	return `pod ${nameOf$1(pod)}${who}${guarded}: ${reason}`;
}
/** The workload that people know: a Deployment rather than its ReplicaSet. */
async function ownerOf(kube, { metadata }, signal) {
	const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
	if (controller === void 0) return void 0;
	const named = (kind, name) => `${kind}/${metadata.namespace}/${name}`;
	if (controller.kind !== "ReplicaSet") return named(controller.kind, controller.name);
	const path = `/apis/apps/v1/namespaces/${metadata.namespace}/replicasets/${controller.name}`;
	try {
		const above = (await kube.request({
			path,
			signal,
			retries: 0
		})).metadata.ownerReferences?.find((owner) => owner.controller === true) ?? controller;
		return named(above.kind, above.name);
	} catch {
		signal.throwIfAborted();
		return named(controller.kind, controller.name);
	}
}
async function budgetsOf(kube, { metadata }, signal) {
	try {
		return (await listWhole(kube, `/apis/policy/v1/namespaces/${metadata.namespace}/poddisruptionbudgets`, signal)).map(toBudget).filter((budget) => budget !== void 0).filter(({ selector }) => selects(selector, metadata.labels ?? {})).map(({ namespace, name, currentHealthy, desiredHealthy, disruptionsAllowed }) => `PodDisruptionBudget/${namespace}/${name} (${currentHealthy} healthy, ${desiredHealthy} needed, ${disruptionsAllowed} may go)`);
	} catch {
		signal.throwIfAborted();
		return [];
	}
}
// src/rollout/drain/evict.ts
/** A budget changes when a pod gets ready: asking more often would only load the API server (kubectl waits 5 s as well). */
const RETRY_SECONDS = 5;
/**
* Asks the API server to evict a pod: this very one, not another of its name.
* Source of the meanings: kubernetes.io "API-initiated eviction"; k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go, v1.36.
*/
async function evictPod(kube, pod, signal) {
	const { name, namespace = "", uid } = pod.metadata;
	const body = {
		apiVersion: "policy/v1",
		kind: "Eviction",
		metadata: {
			name,
			namespace
		},
		deleteOptions: { preconditions: { uid } }
	};
	const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
	try {
		await kube.request({
			method: "POST",
			path,
			body,
			signal
		});
		return { kind: "evicted" };
	} catch (thrown) {
		signal.throwIfAborted();
		return readRefusal(thrown);
	}
}
function readRefusal(thrown) {
	if (!(thrown instanceof KubeStatusError)) {
		if (isTransient(thrown)) return {
			kind: "refused",
			reason: messageOf(thrown),
			retryAfterSeconds: RETRY_SECONDS
		};
		throw thrown;
	}
	if (thrown.status === 404) return { kind: "gone" };
	const causes = (thrown.details?.causes ?? []).flatMap(({ message }) => message ?? []);
	return {
		kind: "refused",
		reason: causes.length > 0 ? causes.join("; ") : thrown.message,
		retryAfterSeconds: thrown.details?.retryAfterSeconds || RETRY_SECONDS
	};
}
function messageOf(thrown) {
	return thrown instanceof Error ? thrown.message : String(thrown);
}
// src/rollout/drain/drain.ts
const POLL_MILLISECONDS = 1e3;
const EVICTIONS_AT_ONCE = 16;
/** An API server that restarts is back sooner; longer than that nothing else of the upgrade would work either. */
const PATIENCE_SECONDS$1 = 300;
/**
* Cordons a node and evicts its pods, as `kubectl drain` would choose them, until they are gone. If one pod may not be evicted by the
* rules, none is. Safe to repeat, and survives API servers that restart.
* @throws KubestairError DRAIN_BLOCKED naming each pod that is left, its owner and its budgets
*/
async function drainNode(node, deps) {
	const { kube, drain, clock, runId, note, signal } = deps;
	const patience = {
		clock,
		signal,
		seconds: PATIENCE_SECONDS$1
	};
	if (await patiently(() => cordonNode(kube, node, runId, signal), patience) === "foreign") note(`${node} was cordoned by somebody else before; that cordon is kept`);
	const deadline = clock.now().getTime() + drain.timeoutSeconds * 1e3;
	const first = await patiently(() => sortPods(node, deps), patience);
	refuseErrors(node, first);
	const doomed = new Set(first.evictable.map(({ metadata }) => metadata.uid));
	let waiting = /* @__PURE__ */ new Map();
	let told = "";
	for (;;) {
		const { evictable } = await patiently(() => sortPods(node, deps), patience);
		const left = evictable.filter((pod) => doomed.has(pod.metadata.uid) || !toleratesCordon(toPod(pod, {})));
		if (left.length === 0) return;
		waiting = await evictAll(left, waiting, deps);
		const line = summaryOf(waiting);
		if (line !== told) deps.say(line);
		told = line;
		if (clock.now().getTime() >= deadline) throw await blocked(node, waiting, deps);
		await clock.sleep(POLL_MILLISECONDS, signal);
	}
}
async function sortPods(node, { kube, drain, ownPod, signal }) {
	const [pods, daemonSets] = await Promise.all([listWhole(kube, "/api/v1/pods", signal, { fieldSelector: `spec.nodeName=${node}` }), listWhole(kube, "/apis/apps/v1/daemonsets", signal)]);
	const context = { drain };
	const known = {
		daemonSets: new Set(daemonSets.map(nameOf$1)),
		...ownPod !== void 0 && { ownPod }
	};
	const judged = pods.map((pod) => ({
		pod,
		verdict: verdictOf$1(toPod(pod, known), context)
	}));
	return {
		evictable: judged.flatMap(({ pod, verdict }) => verdict.kind === "delete" ? [pod] : []),
		errors: judged.flatMap(({ pod, verdict }) => verdict.kind === "error" ? [`pod ${nameOf$1(pod)}: ${verdict.reason}`] : [])
	};
}
function refuseErrors(node, { errors }) {
	if (errors.length === 0) return;
	throw new KubestairError("DRAIN_BLOCKED", `${node} cannot be drained: ${errors.join("; ")}`, {
		object: `Node/${node}`,
		next: "Move these pods or allow their loss in spec.drain, then run the same command again. Nothing was evicted."
	});
}
async function evictAll(left, before, deps) {
	const limit = pLimit(EVICTIONS_AT_ONCE);
	const tried = await Promise.all(left.map((pod) => limit(async () => [pod.metadata.uid ?? "", await evictOne(pod, before.get(pod.metadata.uid ?? ""), deps)])));
	return new Map(tried);
}
async function evictOne(pod, before, deps) {
	const { kube, clock, note, signal } = deps;
	const now = clock.now().getTime();
	if (pod.metadata.deletionTimestamp !== void 0) return {
		pod,
		evicted: true,
		nextTry: 0,
		reason: leavingReason(pod)
	};
	if (before !== void 0 && (before.evicted || before.nextTry > now)) return {
		...before,
		pod
	};
	const eviction = await evictPod(kube, pod, signal);
	if (eviction.kind !== "refused") return {
		pod,
		evicted: true,
		nextTry: 0,
		reason: "it was evicted and has not left yet"
	};
	if (before === void 0) note(`waiting for ${await describeBlocker(kube, pod, eviction.reason, signal)}`);
	return {
		pod,
		evicted: false,
		nextTry: now + eviction.retryAfterSeconds * 1e3,
		reason: eviction.reason
	};
}
function leavingReason({ metadata }) {
	const finalizers = metadata.finalizers ?? [];
	return finalizers.length === 0 ? "it is terminating" : `it is terminating and has finalizers: ${finalizers.join(", ")}`;
}
function summaryOf(waiting) {
	const all = [...waiting.values()];
	const held = all.filter(({ evicted }) => !evicted).map(({ pod }) => nameOf$1(pod));
	const leaving = all.length - held.length;
	return [...leaving > 0 ? [`${leaving} ${leaving === 1 ? "pod is" : "pods are"} leaving`] : [], ...held.length > 0 ? [`${held.length} held back: ${held.join(", ")}`] : []].join("; ");
}
async function blocked(node, waiting, deps) {
	const { kube, drain, signal } = deps;
	const lines = await Promise.all([...waiting.values()].map(({ pod, reason }) => describeBlocker(kube, pod, reason, signal)));
	return new KubestairError("DRAIN_BLOCKED", `${node} is not drained after ${drain.timeoutSeconds} s: ${lines.join("; ")}`, {
		object: `Node/${node}`,
		next: "Make room in the budget or repair the workload that is named, then run the same command again: it goes on with this node, which stays cordoned."
	});
}
// src/rollout/step-runner.ts
const PATIENCE_SECONDS = 300;
/** Carries out what is the same for every kind of cluster, and hands the rest to the provider. */
function openStepRunner(deps) {
	return {
		isDone: (step, signal) => isDone(step, deps, signal),
		run: (step, context) => runStep(step, deps, context)
	};
}
async function isDone(step, { kube, provider, clock }, signal) {
	const patience = {
		clock,
		signal,
		seconds: PATIENCE_SECONDS
	};
	switch (step.kind) {
		case "stage":
		case "control-plane":
		case "node-config":
		case "kubelet": return await patiently(() => provider.isDone(step, signal), patience);
		case "uncordon": return await patiently(() => isUncordoned(kube, nodeOf(step), signal), patience);
		case "backup":
		case "drain":
		case "ready":
		case "settle": return false;
	}
}
async function runStep(step, deps, context) {
	const { kube, provider, config, clock, runId, ownPod } = deps;
	const { signal } = context;
	const gate = {
		kube,
		clock,
		timeoutSeconds: config.gates.timeoutSeconds,
		signal,
		say: context.say
	};
	switch (step.kind) {
		case "backup": return await deps.backUp();
		case "stage":
		case "control-plane":
		case "node-config":
		case "kubelet": return await provider.run(step, {
			runId,
			epoch: deps.epoch,
			...context
		});
		case "drain": return await drainNode(nodeOf(step), {
			kube,
			drain: config.drain,
			clock,
			runId,
			...ownPod !== void 0 && { ownPod },
			...context
		});
		case "ready": return await waitForNode(nodeOf(step), step.hop.to, deps.baseline, gate);
		case "uncordon":
			await patiently(() => uncordonNode(kube, nodeOf(step), signal), {
				clock,
				signal,
				seconds: PATIENCE_SECONDS
			});
			return;
		case "settle":
			await waitForWorkloads(deps.baseline, gate);
			if (step.soakSeconds === void 0) return;
			await clock.sleep(step.soakSeconds * 1e3, signal);
			return await waitForWorkloads(deps.baseline, gate);
	}
}
function nodeOf(step) {
	if (step.node === void 0) throw new Error(`step ${step.id} names no node`);
	return step.node;
}
// src/commands/fence-hosts.ts
const AT_ONCE = 20;
/**
* Tells every host that a holder of the lock that looked dead may start nothing any more, should it wake up. A host that does
* not answer is told later, as this run starts its first work there.
* @throws KubestairError LOCK_LOST
*/
async function fenceHosts(nodes, { epoch, signal }, { provider }, log) {
	const limit = pLimit(AT_ONCE);
	await Promise.all(nodes.map((node) => limit(async () => {
		try {
			await provider.fence(node, epoch, signal);
		} catch (thrown) {
			signal.throwIfAborted();
			if (!(thrown instanceof KubestairError) || thrown.code === "LOCK_LOST") throw thrown;
			log.warn(`${node.name} could not be told that the lock was taken over: ${thrown.message}`);
		}
	})));
}
// src/commands/upgrade.ts
/**
* Plans, locks, looks again, backs up, proves the backup, and only then changes nodes. After any stop the same command goes on:
* what is done is read from the cluster, not remembered.
*/
async function upgrade(request, io) {
	const cluster = await loadCluster(request, io);
	await using connections = await connect$2(cluster.config, request.access, io);
	const runId = newRunId(io);
	const startedAt = io.clock.now().toISOString();
	const { plan } = await makeCurrentPlan(cluster, connections, io);
	const ended = (end) => {
		const finishedAt = io.clock.now().toISOString();
		return {
			command: "upgrade",
			plan,
			source: cluster.source,
			runId,
			startedAt,
			finishedAt,
			...end
		};
	};
	if (plan.verdict === "nothing-to-do") return ended({
		outcome: { state: "nothing-to-do" },
		records: []
	});
	const stopped = (thrown) => ended({
		outcome: outcomeOfError(thrown),
		records: notStarted(plan.steps)
	});
	try {
		approve(plan, await hashToExpect(request, plan, connections, io));
	} catch (thrown) {
		return stopped(thrown);
	}
	await connections.store.probe(`${cluster.config.name}/`, io.signal);
	try {
		return ended(await withLock(lockDeps(request, runId, cluster.config.name, connections, io), async (lock) => {
			const { signal } = lock;
			const now = await makeCurrentPlan(cluster, connections, {
				...io,
				signal
			});
			const approved = approve(now.plan, plan.hash);
			const agreed = {
				hash: request.planHash ?? plan.hash,
				target: plan.target
			};
			if (lock.tookOver) await fenceHosts(now.observation.nodes, lock, connections, io.log);
			return await backUpAndRollOut(approved, agreed, now, {
				id: runId,
				epoch: lock.epoch
			}, cluster, connections, {
				...io,
				signal
			});
		}));
	} catch (thrown) {
		return stopped(thrown);
	}
}
/** An approval holds for what is left of its plan: a run that goes on with it needs no new one. */
async function hashToExpect({ planHash }, plan, { store }, io) {
	if (planHash === void 0 || planHash === plan.hash) return planHash;
	const lastRun = await readLastRun(store, plan.cluster, io.signal);
	if (!continuesRun(lastRun, {
		hash: planHash,
		target: plan.target
	})) return planHash;
	io.log.info(`going on with run ${lastRun[0]?.runId}, which was approved as ${planHash}`);
	return plan.hash;
}
async function backUpAndRollOut(plan, agreed, { observation }, { id: runId, epoch }, { config }, connections, io) {
	const { kube, store, provider } = connections;
	const backUp = async () => acceptForUpgrade(await takeBackup("upgrade", runId, config, observation, connections, io));
	const journal = openJournal({
		store,
		cluster: config.name,
		runId,
		clock: io.clock,
		log: io.log
	});
	const backup = await io.log.group("Backing up before anything is changed", backUp);
	journal.record("run", "started", `${describe(plan, backup)}, by ${whoRuns(io.env)}`, agreed);
	const ownPod = ownPodOf(io.env);
	const ended = endOf(await rollout(plan, backup, {
		runner: openStepRunner({
			kube,
			provider,
			config,
			clock: io.clock,
			runId,
			epoch,
			baseline: await takeBaseline(kube, io.signal),
			...ownPod !== void 0 && { ownPod },
			backUp: async () => void await backUp()
		}),
		journal,
		clock: io.clock,
		log: io.log,
		signal: io.signal,
		atOnce: config.workers.parallel
	}), backup);
	await endJournal(journal, ended.outcome);
	return ended;
}
function endOf({ records, stoppedBy }, backup) {
	return {
		outcome: stoppedBy === void 0 ? { state: "changed" } : outcomeOfError(stoppedBy),
		records,
		backup
	};
}
function describe(plan, backup) {
	return `${plan.current} to ${plan.target}, plan ${plan.hash.slice(0, 12)}, backup ${backup.manifest.id}`;
}
// src/run.ts
/**
* The engine behind the Action and the command line.
* @throws KubestairError when the run ended before there was anything to report on: bad input, a lost connection
*/
async function run(request, io) {
	switch (request.command) {
		case "plan": return plan(request, io);
		case "backup": return backup(request, io);
		case "upgrade": return upgrade(request, io);
		case "status": return status(request, io);
		case "restore-resources": return restoreResources(request, io);
		case "restore-etcd": return restoreEtcd(request, io);
		case "matrix": return matrix(request, io);
		case "unlock": return unlock(request, io);
	}
}
// src/version.ts
const VERSION = "0.1.0";
/** What plans, manifests and documents say they were made by. */
const TOOL = `kubestair/${VERSION}`;
// src/adapters/prompt.ts
/** Asks whoever sits at the terminal; undefined where nobody does. Standard output stays free for the result. */
function terminalPrompt(input, output) {
	if (!input.isTTY || !output.isTTY) return void 0;
	return async (question, signal) => {
		const terminal = createInterface({
			input,
			output
		});
		try {
			return await terminal.question(question, { signal });
		} finally {
			terminal.close();
		}
	};
}
// src/adapters/redact.ts
function redactor() {
	const secrets = /* @__PURE__ */ new Set();
	return {
		add(secret) {
			for (const line of secret.split(/\r?\n/)) if (line.trim() !== "") secrets.add(line.trim());
		},
		apply: (text) => [...secrets].toSorted((a, b) => b.length - a.length).reduce((masked, secret) => masked.replaceAll(secret, "***"), text)
	};
}
// src/adapters/terminal.ts
/** Colours where the stream is a terminal that has them; NO_COLOR and FORCE_COLOR are honoured by Node.js. */
function paintFor(stream) {
	return (style, text) => styleText(style, text, { stream });
}
/** A log on standard error: a terminal's progress line is replaced, elsewhere progress is a line now and then. */
function terminalLog(stream, clock, verbose) {
	const paint = paintFor(stream);
	const redact = redactor();
	const worthALine = progressThrottle(clock, 10);
	let depth = 0;
	let shown;
	const clear = () => {
		if (shown !== void 0) stream.write("\r\x1B[2K");
		shown = void 0;
	};
	const line = (text, decorate = (clean) => clean) => {
		clear();
		const indent = "  ".repeat(depth);
		const clean = redact.apply(cleanText(text)).replaceAll("\n", `\n${indent}`);
		stream.write(`${indent}${decorate(clean)}\n`);
	};
	return {
		debug: (message) => {
			if (verbose) line(message, (clean) => paint("dim", clean));
		},
		info: (message) => line(message),
		warn: (message) => line(`warning: ${message}`, (clean) => paint("yellow", clean)),
		mask: redact.add,
		async group(title, work) {
			line(title, (clean) => paint("bold", clean));
			depth += 1;
			try {
				return await work();
			} finally {
				clear();
				depth -= 1;
			}
		},
		progress(key, message) {
			if (!stream.isTTY) {
				if (worthALine(key, message)) line(message);
				return;
			}
			clear();
			const clean = redact.apply(cleanText(message)).replaceAll("\n", " ");
			shown = `${"  ".repeat(depth)}${clean}`.slice(0, Math.max(1, stream.columns - 1));
			stream.write(shown);
		}
	};
}
// src/request/read-argv.ts
/**
* Reads a command line.
* @param args without the names of Node.js and of the program
* @throws KubestairError INPUT_INVALID, with a suggestion where something similar exists
*/
function readArgv(args, version) {
	let invocation;
	let text = "";
	const program = makeProgram(version, (command, options) => {
		const output = OUTPUT_FORMATS.find((format) => format === options.output);
		if (output === void 0) throw invalid$5(`--output "${options.output}" is not known.`, `Use one of: ${OUTPUT_FORMATS.join(", ")}.`);
		invocation = {
			kind: "run",
			request: requestOf(command, options),
			output
		};
	});
	for (const part of [
		program,
		...program.commands,
		...program.commands.flatMap((group) => group.commands)
	]) part.exitOverride().configureOutput({
		writeOut: (written) => {
			text += written;
		},
		writeErr: () => {}
	});
	try {
		program.parse(args.length === 0 ? ["--help"] : [...args], { from: "user" });
	} catch (thrown) {
		if (!(thrown instanceof CommanderError)) throw thrown;
		if (thrown.exitCode === 0) return {
			kind: "text",
			text
		};
		throw explained(thrown, args);
	}
	return invocation ?? {
		kind: "text",
		text
	};
}
/**
* Whether the caller expects a JSON document, read leniently, since it is asked about command lines that cannot be
* read otherwise.
*/
function wantsJson(args) {
	return args.some((arg, index) => {
		if ([
			"--output=json",
			"-ojson",
			"-o=json"
		].includes(arg)) return true;
		return arg === "json" && ["--output", "-o"].includes(args[index - 1] ?? "");
	});
}
function makeProgram(version, onCommand) {
	const program = new Command("kubestair").description("Upgrades Kubernetes one minor at a time, with a way back.").usage("<command> -f <path> [flags]").version(version, "--version", "Print the version.").helpOption("-h, --help", "Print help.").helpCommand("help [command]", "Print help for a command.").configureHelp({ subcommandTerm: (command) => command.name() }).addHelpText("after", programEpilogue());
	const groups = /* @__PURE__ */ new Map();
	const groupOf = (word) => {
		const group = groups.get(word) ?? program.command(word).usage("<what> -f <path> [flags]");
		groups.set(word, group);
		return group;
	};
	for (const name of COMMAND_NAMES) {
		const doc = COMMANDS[name];
		const [parent, word] = doc.words === void 0 ? [program, name] : [groupOf(doc.words[0]), doc.words[1]];
		const argument = argumentOf(name);
		const command = parent.command(word).summary(doc.about).description(doc.long).usage(`${argument === void 0 ? "" : `${argumentTerm(argument[1])} `}-f <path> [flags]`).helpOption("-h, --help", "Print help.").allowExcessArguments(false).addHelpText("after", commandEpilogue(name));
		for (const [, setting] of flagsOf(name)) command.addOption(optionOf(setting));
		if (argument === void 0) command.action((options) => onCommand(name, options));
		else command.argument(argumentTerm(argument[1]), plainText(argument[1].about)).action((value, options) => onCommand(name, {
			...options,
			[argument[0]]: value
		}));
	}
	for (const [word, group] of groups) {
		const whats = group.commands.map((command) => command.name()).join(" or ");
		group.summary(`${word} ${whats}; see kubestair ${word} --help.`).helpOption("-h, --help", "Print help.");
	}
	return program;
}
function argumentOf(command) {
	return Object.entries(SETTINGS).find(([, setting]) => setting.argument === true && appliesTo(setting, command));
}
function argumentTerm({ placeholder, required, type }) {
	const name = `${placeholder ?? "value"}${type === "list" ? "..." : ""}`;
	return required ? `<${name}>` : `[${name}]`;
}
function plainText(about) {
	return about.replaceAll("`", "");
}
function flagsOf(command) {
	return Object.entries(SETTINGS).filter(([, setting]) => setting.flag !== void 0 && setting.argument === void 0 && appliesTo(setting, command));
}
function optionOf(setting) {
	const short = setting.short === void 0 ? "" : `-${setting.short}, `;
	const value = setting.type === "boolean" ? "" : ` <${setting.placeholder}>`;
	const option = new Option(`${short}--${setting.flag}${value}`, plainText(setting.about));
	if (setting.type === "list") option.argParser((text, before) => [...before ?? [], ...splitList(text)]);
	if (setting.type !== "boolean" && setting.default !== void 0) option.default(setting.default);
	return option;
}
function requestOf(command, options) {
	const values = {};
	for (const [name, { flag, argument }] of Object.entries(SETTINGS)) {
		const key = argument === true ? name : camelCase(flag ?? "");
		if (key !== "" && options[key] !== void 0) values[name] = options[key];
	}
	const { kubeconfigFile, identity } = values;
	const access = {
		...typeof kubeconfigFile === "string" && { kubeconfigFile },
		...typeof identity === "string" && { ageIdentityFile: identity }
	};
	return makeRequest(command, {
		values: {
			...values,
			command
		},
		access
	}, calledOnCommandLine);
}
function calledOnCommandLine({ flag, argument, placeholder }) {
	return argument === true ? `<${placeholder}>` : `--${flag}`;
}
function camelCase(flag) {
	return flag.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}
function explained(error, args) {
	if (error.code === "commander.help") return invalid$5(`Unknown command '${args[1]}'.`, seeHelp(void 0));
	const [first = "", ...hints] = error.message.replace(/^error: /, "").split("\n");
	const message = `${first.charAt(0).toUpperCase()}${first.slice(1)}.`.replace(/\.\.$/, ".");
	const hint = hints.map((line) => line.replace(/^\((.*)\)$/, "$1")).join(" ");
	const command = COMMAND_NAMES.find((name) => name === args[0]);
	return invalid$5(message, hint === "" ? seeHelp(command) : `${hint} ${seeHelp(command)}`);
}
function seeHelp(command) {
	return `Run kubestair ${command === void 0 ? "" : `${command} `}--help for what there is.`;
}
function programEpilogue() {
	return `
Exit codes:
${Object.entries(EXIT_CODES).map(([code, about]) => `  ${code}  ${about}`).join("\n")}

Examples:
  kubestair plan -f clusters/prod.yaml
  kubestair upgrade -f clusters/prod.yaml --plan-hash <hash of the approved plan>
`;
}
function commandEpilogue(command) {
	return `\nExamples:\n${COMMANDS[command].examples.map((line) => `  ${line}`).join("\n")}\n`;
}
export { COMMENT_LIMIT, SUMMARY_LIMIT, TOOL, VERSION, abortWhenAskedToStop, annotationsOf, asKubestairError, checkMaterials, execute, exitCodeOf, failureOf, markdown, openGitHub, outputsOf, paintFor, plain, problemText, publish, readArgv, readCommentMode, readContext, readInputs, readMaterials, resultDocument, resumeHint, run, secretsOf, systemClock, terminalLog, terminalPrompt, terminalText, wantsJson };
