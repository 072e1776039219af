// Names of the platform from its official typings, for tests/coverage.rs. For the next version, set VERSION and run:
//   node tests/platform/extract.mjs
// It downloads the typings and a TypeScript parser into a temporary folder and writes tests/platform/names.json.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSION = '5.2.3'
const TYPESCRIPT = '5.9.3'
// Parts of the platform that draw: their members have no decision of their own.
const DRAWING = /xr-frame|phys3D|wasm|skyline|glass-easel/

const folder = mkdtempSync(join(tmpdir(), 'typings-'))
const packages = [`miniprogram-api-typings@${VERSION}`, `typescript@${TYPESCRIPT}`]
execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', folder, ...packages], { stdio: 'ignore' })
const ts = createRequire(join(folder, 'index.js'))('typescript')

const types = join(folder, 'node_modules/miniprogram-api-typings/types/wx')
const interfaces = new Map()
for (const file of readdirSync(types).sort()) {
  if (DRAWING.test(file)) continue
  const source = ts.createSourceFile(file, readFileSync(join(types, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const visit = (node) => {
    if ((ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name) {
      const known = interfaces.get(node.name.text) ?? []
      interfaces.set(node.name.text, known.concat(node.members))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
}

const isMethod = (member) => ts.isMethodSignature(member) || ts.isMethodDeclaration(member)
const nameOf = (member) => member.name && member.name.getText().replace(/^['"]|['"]$/g, '')
// The class that a type names: itself, or what a promise of it holds.
const classOf = (type) => {
  if (!type || !ts.isTypeReferenceNode(type)) return undefined
  const name = type.typeName.getText().split('.').pop()
  if (name === 'Promise') return classOf(type.typeArguments?.[0])
  const members = interfaces.get(name) ?? []
  // Results and options hold data; what has methods is an object to be called.
  return members.some(isMethod) && !/(Option|Options|Result|Callback|Param|Info)$/.test(name) ? name : undefined
}

const members = {}
const returns = {}
// What comes by callbacks and events stands in no return type.
const given = ['BLEPeripheralServer', 'Canvas', 'EditorContext', 'EventChannel', 'Snapshot']
const queue = ['Wx', 'WxCloud', 'Console', 'Database', 'CollectionReference', 'DocumentReference', ...given]
const seen = new Set(queue)
while (queue.length > 0) {
  const name = queue.shift()
  const prefix = { Wx: 'wx', WxCloud: 'wx.cloud', Console: 'console' }[name] ?? name
  const names = new Set()
  for (const member of interfaces.get(name) ?? []) {
    const own = nameOf(member)
    if (!own || own.startsWith('[')) continue
    // Properties of other classes hold state; those of `wx` lead on.
    if (!isMethod(member) && name !== 'Wx' && name !== 'WxCloud') {
      const held = classOf(member.type)
      if (!held) continue
    }
    names.add(own)
    const made = classOf(member.type)
    if (made) {
      returns[`${prefix}.${own}`] = made
      if (!seen.has(made)) {
        seen.add(made)
        queue.push(made)
      }
    }
  }
  members[prefix] = [...names].sort()
}

const sorted = (object) => Object.fromEntries(Object.keys(object).sort().map((key) => [key, object[key]]))
const result = { typings: VERSION, members: sorted(members), returns: sorted(returns) }
const target = join(dirname(fileURLToPath(import.meta.url)), 'names.json')
writeFileSync(target, `${JSON.stringify(result, null, 1)}\n`)
