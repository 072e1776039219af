// Makes the packages that are published: node npm/pack.mjs OUT linux-x64=target/release/wxray …
// One for each platform that holds its program, and the one that users install. Their versions are that of Cargo.toml.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const [out, ...binaries] = process.argv.slice(2)
if (!out || binaries.length === 0) {
  console.error('usage: node npm/pack.mjs OUT PLATFORM=BINARY…')
  process.exit(2)
}
const version = /^version = "(.+)"$/m.exec(readFileSync(join(here, '../Cargo.toml'), 'utf8'))[1]
const main = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))

function write(folder, manifest) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  copyFileSync(join(here, '../LICENSE'), join(folder, 'LICENSE'))
}

for (const pair of binaries) {
  const [platform, binary] = pair.split('=')
  const [os, cpu] = platform.split('-')
  const name = `@wxray/${platform}`
  if (!main.optionalDependencies[name]) throw new Error(`${platform} is none of the platforms in npm/package.json`)
  const file = os === 'win32' ? 'wxray.exe' : 'wxray'
  const folder = join(out, platform)
  write(folder, { name, version, description: `wxray for ${platform}`, license: main.license, os: [os], cpu: [cpu], files: [file] })
  copyFileSync(binary, join(folder, file))
  chmodSync(join(folder, file), 0o755)
}

const dependencies = Object.fromEntries(Object.keys(main.optionalDependencies).map(name => [name, version]))
write(join(out, 'wxray'), { ...main, version, optionalDependencies: dependencies })
cpSync(join(here, 'bin'), join(out, 'wxray/bin'), { recursive: true })
copyFileSync(join(here, '../README.md'), join(out, 'wxray/README.md'))
mkdirSync(join(out, 'wxray/schemas'), { recursive: true })
const schemas = { report: 'report/report.schema.json', wxray: 'cli/config/wxray.schema.json', models: 'models/schema.json' }
for (const [name, path] of Object.entries(schemas)) {
  copyFileSync(join(here, '../src', path), join(out, `wxray/schemas/${name}.schema.json`))
}
