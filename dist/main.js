import { actionsLog, addSummary, annotate, makePrivateDirectory, maskSecret, readEvent, readInput, saveState, setOutputs, shred, socketRoot, writePrivateFile } from "./chunks/process.js";
import { COMMENT_LIMIT, SUMMARY_LIMIT, TOOL, abortWhenAskedToStop, annotationsOf, asKubestairError, checkMaterials, execute, exitCodeOf, failureOf, markdown, openGitHub, outputsOf, plain, prepareReport, problemText, publish, readCommentMode, readContext, readInputs, readMaterials, readReportPath, resultDocument, resumeHint, run, secretsOf, systemClock, terminalText, writeReport } from "./chunks/engine.js";
import { randomBytes } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
// src/main.ts
const temp = process.env.RUNNER_TEMP || tmpdir();
const context = readContext(process.env, await readEvent());
const acted = await act();
await report(acted);
saveState("finished", "true");
process.exit(exitCodeOf(acted.ending));
async function act() {
	const materials = readMaterials(readInput);
	secretsOf(materials).forEach(maskSecret);
	let request;
	let comment;
	const reportFile = readReportPath(readInput);
	try {
		request = readInputs(readInput);
		comment = readCommentMode(readInput);
		checkMaterials(materials);
		if (reportFile !== void 0) await prepareReport(reportFile);
	} catch (thrown) {
		return {
			ending: failureOf(asKubestairError(thrown), void 0),
			comment: "never"
		};
	}
	const forge = forgeOf(materials, actionsLog(systemClock, request.verbose));
	return {
		ending: await runWith(offlineForForks(request), materials, forge),
		file: request.file,
		comment,
		...reportFile !== void 0 && { reportFile },
		...forge !== void 0 && { forge }
	};
}
/** A stranger's change leads to no cluster, whatever the runner could reach. */
function offlineForForks(request) {
	if (request.command !== "plan" || request.against !== void 0) return request;
	return context?.pullRequest?.fromFork === true ? {
		...request,
		offline: true
	} : request;
}
function forgeOf({ githubToken }, log) {
	if (context?.pullRequest === void 0 || githubToken === void 0) return void 0;
	const { apiUrl, repository } = context;
	return openGitHub({
		token: githubToken,
		apiUrl,
		repository,
		userAgent: TOOL
	}, {
		clock: systemClock,
		log
	});
}
async function runWith(request, materials, forge) {
	const log = actionsLog(systemClock, request.verbose);
	const next = resumeHint({
		...request,
		access: accessFromInputs(materials)
	});
	const signal = abortWhenAskedToStop({
		next,
		onFirst: (name) => log.warn(`${name}: stopping where it is safe. ${next}`),
		onAgain: () => {}
	});
	const keyDirectory = await makePrivateDirectory(temp);
	saveState("key-directory", keyDirectory);
	const tempDir = await makePrivateDirectory(socketRoot(process.env));
	saveState("temp-directory", tempDir);
	try {
		const access = await writeMaterials(materials, keyDirectory);
		const { env } = process;
		const pullRequest = context?.pullRequest;
		const io = {
			log,
			clock: systemClock,
			signal,
			env,
			cwd: process.cwd(),
			tool: TOOL,
			tempDir,
			random: randomBytes,
			...pullRequest !== void 0 && forge !== void 0 && { pullRequest: {
				...pullRequest,
				forge
			} }
		};
		return await execute(run, {
			...request,
			access
		}, io);
	} finally {
		await shred(keyDirectory);
		await shred(tempDir);
	}
}
/** What is said of the files before there are any. */
function accessFromInputs({ ageIdentity }) {
	return {
		fromInputs: true,
		...ageIdentity !== void 0 && { ageIdentityFile: "key.txt" }
	};
}
async function writeMaterials(materials, directory) {
	const { sshPrivateKey, sshKnownHosts, kubeconfig, ageIdentity } = materials;
	return {
		fromInputs: true,
		...sshPrivateKey !== void 0 && { sshIdentityFile: await writePrivateFile(join(directory, "identity"), sshPrivateKey) },
		...sshKnownHosts !== void 0 && { sshKnownHostsFile: await writePrivateFile(join(directory, "known_hosts"), sshKnownHosts) },
		...kubeconfig !== void 0 && { kubeconfigFile: await writePrivateFile(join(directory, "kubeconfig"), kubeconfig) },
		...ageIdentity !== void 0 && { ageIdentityFile: await writePrivateFile(join(directory, "age-identity"), ageIdentity) }
	};
}
async function report({ ending, file, comment, reportFile, forge }) {
	const log = actionsLog(systemClock, false);
	const text = terminalText(ending, plain);
	if (text !== "") log.info(text);
	const directory = await mkdtemp(join(temp, "kubestair-report-"));
	const page = reportFile ?? join(directory, "report.html");
	const written = await writeReport(page, ending, {
		clock: systemClock,
		log,
		tool: TOOL
	});
	const files = {
		result: join(directory, "result.json"),
		summary: join(directory, "summary.md"),
		report: written ? resolve(page) : ""
	};
	await writeFile(files.result, resultDocument(ending, TOOL));
	await writeFile(files.summary, markdown(ending, COMMENT_LIMIT));
	setOutputs(outputsOf(ending, files));
	await addSummary(markdown(ending, SUMMARY_LIMIT));
	if (ending.outcome.problem !== void 0) log.info(problemText(ending.outcome.problem, plain));
	for (const annotation of annotationsOf(ending)) annotate(annotation, process.cwd());
	const url = await publish({
		ending,
		file,
		mode: comment,
		forge,
		context,
		clock: systemClock,
		log
	});
	if (url !== void 0) setOutputs({ "comment-url": url });
}
export {};
