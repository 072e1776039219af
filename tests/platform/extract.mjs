// Names of the platform for tests/coverage.rs. For the next version, set VERSION (and TARO) and run:
//   node tests/platform/extract.mjs
// It downloads the official typings, Taro's tables of the platform's components and a TypeScript parser into a temporary
// folder and writes tests/platform/names.json.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'

const VERSION = '5.2.3'
const TYPESCRIPT = '5.9.3'
const TARO = '4.2.1'
// What the models call classes that have another name in the typings.
const KNOWN_AS = {
  Aggregate: 'CloudAggregate',
  CollectionReference: 'CloudCollection',
  Database: 'CloudDatabase',
  DocumentReference: 'CloudDocument',
}
// Parts of the platform that draw: their members have no decision of their own.
const DRAWING = /xr-frame|phys3D|wasm|skyline|glass-easel/
const DRAWN = /RenderingContext/

const folder = mkdtempSync(join(tmpdir(), 'typings-'))
const packages = [
  `miniprogram-api-typings@${VERSION}`,
  `typescript@${TYPESCRIPT}`,
  `@tarojs/shared@${TARO}`,
  `@tarojs/plugin-platform-weapp@${TARO}`,
]
execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--legacy-peer-deps', '--prefix', folder, ...packages], { stdio: 'ignore' })
const ts = createRequire(join(folder, 'index.js'))('typescript')

const types = join(folder, 'node_modules/miniprogram-api-typings/types/wx')
const interfaces = new Map()
const heritage = new Map()
for (const file of readdirSync(types).sort()) {
  if (DRAWING.test(file)) continue
  const source = ts.createSourceFile(file, readFileSync(join(types, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const visit = (node) => {
    if ((ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name) {
      const known = interfaces.get(node.name.text) ?? []
      interfaces.set(node.name.text, known.concat(node.members))
      for (const clause of node.heritageClauses ?? []) {
        const parents = clause.types.map((type) => type.expression.getText().split('.').pop())
        heritage.set(node.name.text, (heritage.get(node.name.text) ?? []).concat(parents))
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
}

const membersOf = (name) => (interfaces.get(name) ?? []).concat((heritage.get(name) ?? []).flatMap(membersOf))
const isMethod = (member) => ts.isMethodSignature(member) || ts.isMethodDeclaration(member)
const nameOf = (member) => member.name && member.name.getText().replace(/^['"]|['"]$/g, '')
// The class that a type names: itself, or what a promise of it holds.
const classOf = (type) => {
  if (!type || !ts.isTypeReferenceNode(type) || DRAWN.test(type.typeName.getText())) return undefined
  const name = type.typeName.getText().split('.').pop()
  if (name === 'Promise') return classOf(type.typeArguments?.[0])
  const members = membersOf(name)
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
  for (const member of membersOf(name)) {
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

// The tables stand in the text of the platform's plug-in, which cannot be loaded alone.
const plugin = readFileSync(join(folder, 'node_modules/@tarojs/plugin-platform-weapp/dist/index.js'), 'utf8')
const constants = plugin.match(/^const _\w+ = .*$/gm).join('\n')
const table = plugin.match(/^const components = (\{[\s\S]*?^\});/m)[1]
const own = runInNewContext(`${constants}\n(${table})`)
const common = createRequire(join(folder, 'index.js'))('@tarojs/shared').internalComponents
const kebab = (name) => name.replace(/[A-Z]/g, (letter, at) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`)
const components = {}
for (const source of [common, own]) {
  for (const [name, properties] of Object.entries(source)) {
    if (/^(Slot|SlotView|NativeSlot|Block|Script)$/.test(name)) continue
    const component = (components[kebab(name)] ??= { attributes: [], events: [] })
    for (const property of Object.keys(properties)) {
      const event = /^bind:?(\w+)$/.exec(property)
      const list = event ? component.events : component.attributes
      const known = event ? event[1].toLowerCase() : property
      if (!list.includes(known)) list.push(known)
    }
  }
}
for (const component of Object.values(components)) {
  component.attributes.sort()
  component.events.sort()
}

const result = {
  typings: VERSION,
  taro: TARO,
  known_as: KNOWN_AS,
  members: sorted(members),
  returns: sorted(returns),
  components: sorted(components),
}
const target = join(dirname(fileURLToPath(import.meta.url)), 'names.json')
writeFileSync(target, `${JSON.stringify(result, null, 1)}\n`)
