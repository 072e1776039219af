'use strict'
// Everything that comes from the program under analysis gets into the page as text nodes and attribute values only.
const report = JSON.parse(document.getElementById('report').textContent)
const state = { lang: report.lang, level: '', clause: '', text: '', node: null, status: '', finding: 0, step: 0, every: false, open: new Set() }
let shown = []

const say = (key, ...values) => {
  const text = report.words[key]
  return text ? values.reduce((all, value, at) => all.replace(`{${at}}`, value), text[state.lang]) : key
}
const tell = text => text[state.lang]

const SVG = 'http://www.w3.org/2000/svg'
function make(tag, attributes, ...children) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag)
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value === true ? '' : value)
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined))
  return node
}
const SVG_TAGS = new Set(['svg', 'g', 'rect', 'path', 'text', 'title'])
/** Puts new content into an element; what had the focus and is made anew gets it back. */
function fill(id, ...children) {
  const key = document.activeElement?.dataset.key
  document.getElementById(id).replaceChildren(...children.flat(2).filter(child => child !== null))
  if (key && document.activeElement?.dataset.key !== key) {
    document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true })
  }
}
const place = at => `${report.files[at.file]}:${at.line}:${at.column}`
const dataName = slug => (report.data[slug] ? tell(report.data[slug]) : slug)
const flowOf = finding => (finding.flow === null ? null : report.flows[finding.flow])

/* Summary */

function drawSummary() {
  const count = level => report.findings.filter(finding => finding.level === level && !finding.suppressed).length
  const tiles = ['violation', 'warning', 'note'].map(level =>
    make('a', { class: `tile ${level}`, href: '#findings', onclick: () => choose({ level }) },
      make('b', {}, String(count(level))), say(`${level}s`)))
  const rows = report.clauses.map(clause => make('tr', { hidden: state.status !== '' && clause.status !== state.status },
    make('td', { class: 'name' }, clause.findings ? make('a', { href: '#findings', onclick: () => choose({ clause: clause.id }) }, clause.id) : clause.id),
    make('td', {}, tell(clause.title), make('div', { class: 'dim' }, tell(clause.note))),
    make('td', { class: `name ${clause.status}` }, say(clause.status)),
    make('td', { class: 'number' }, clause.findings ? String(clause.findings) : '')))
  const head = make('tr', {}, ['clause', '', 'status', 'count'].map(key => make('th', { scope: 'col' }, key && say(key))))
  fill('summary', make('h2', {}, say('summary')),
    make('p', { class: 'dim' }, say('files', report.stats.files, report.stats.lines, report.flows.length)),
    make('div', { class: 'tiles' }, tiles),
    make('div', { class: 'statuses', role: 'group', 'aria-label': say('status') }, STATUSES.map(statusButton)),
    make('table', {}, make('thead', {}, head), make('tbody', {}, rows)))
}

const STATUSES = ['violated', 'suspected', 'needs-attestation', 'satisfied', 'not-applicable']

/** Narrows the clauses to those of a status, and widens them again. */
function statusButton(status) {
  const count = report.clauses.filter(clause => clause.status === status).length
  const turn = () => { state.status = state.status === status ? '' : status; drawSummary() }
  return count === 0 ? null : make('button', { type: 'button', class: status, 'data-key': `status ${status}`, 'aria-pressed': String(state.status === status), onclick: turn },
    `${say(status)} ${count}`)
}

/* Findings */

const matches = finding => {
  const flow = flowOf(finding)
  const text = state.text.toLowerCase()
  return (!state.level || finding.level === state.level)
    && (!state.clause || finding.clause === state.clause || finding.also.includes(state.clause))
    && (!state.node || (flow && ends(flow)[state.node.column] === state.node.name))
    && (!text || [tell(finding.message), finding.id, finding.clause, place(finding.at)].some(part => part.toLowerCase().includes(text)))
}

function choose(change) {
  Object.assign(state, change, { finding: 0, step: 0 })
  for (const id of ['findings', 'picture']) if (sections[id]) sections[id]()
}

function drawFindings() {
  const select = (key, values, name) => make('select', {
    'aria-label': say(name), 'data-key': key, onchange: event => choose({ [key]: event.target.value }),
  }, [['', say(name)], ...values].map(([value, text]) => make('option', { value, selected: state[key] === value }, text)))
  const used = [...new Set(report.findings.map(finding => finding.clause))].sort()
  const search = make('input', {
    type: 'search', id: 'search', placeholder: say('search'), 'aria-label': say('search'), value: state.text,
    oninput: event => { state.text = event.target.value; state.finding = 0; drawList() },
  })
  fill('findings', make('h2', {}, say('findings')),
    make('div', { class: 'filters' }, search,
      select('level', ['violation', 'warning', 'note'].map(level => [level, say(level)]), 'all-levels'),
      select('clause', used.map(id => [id, id]), 'all-clauses'),
      chip(),
      make('button', { type: 'button', 'data-key': 'clear', onclick: clear }, say('clear')),
      make('span', { id: 'shown', class: 'dim', role: 'status' })),
    make('p', { class: 'dim keys' }, say('keys')),
    make('div', { class: 'panes' },
      make('ul', { class: 'list', id: 'list', role: 'listbox', tabindex: '0', 'aria-label': say('findings') }),
      make('div', { class: 'detail', id: 'detail' })),
    make('div', { class: 'printed', id: 'printed' }))
  drawList()
}

const clear = () => choose({ level: '', clause: '', text: '', node: null })

/** The node of the picture that findings are narrowed to, and the way back. */
function chip() {
  if (!state.node) return null
  const text = nodeText(state.node.column, state.node.name)
  const drop = () => { choose({ node: null }); document.getElementById('search').focus() }
  return make('button', { type: 'button', class: 'chip', 'aria-label': `${say('clear')} ${text}`, onclick: drop }, `${text} ×`)
}

const FOLDED_FROM = 4
const sortOf = finding => [finding.level, finding.clause, finding.message.en].join('\n')

/** Findings that say the same, in the order of the first of each. */
function sorts() {
  const found = new Map()
  for (const finding of report.findings.filter(matches)) {
    const sort = sortOf(finding)
    if (found.has(sort)) found.get(sort).push(finding)
    else found.set(sort, [finding])
  }
  return [...found.values()]
}

function drawList() {
  const all = sorts()
  shown = all.flat()
  document.getElementById('shown').textContent = say('shown', shown.length, report.findings.length)
  let at = 0
  fill('list', all.map(findings => {
    const isFolded = FOLDED_FROM <= findings.length && all.length > 1
    const items = findings.map(finding => item(finding, at++, isFolded))
    return isFolded ? [head(findings, items), ...items] : items
  }))
  drawDetail()
}

/** A line that stands for many findings until it is opened. */
function head(findings, items) {
  const [first] = findings
  const sort = sortOf(first)
  const fold = () => {
    const isOpen = state.open.has(sort)
    items.forEach(own => { own.hidden = !isOpen })
    button.setAttribute('aria-expanded', String(isOpen))
  }
  const turn = () => { state.open.has(sort) ? state.open.delete(sort) : state.open.add(sort); fold() }
  const button = make('button', { type: 'button', onclick: turn },
    make('span', { class: `level ${first.level}` }, `${say(first.level)} ${first.clause}`), ` × ${findings.length}`)
  unfold.set(sort, () => { state.open.add(sort); fold() })
  fold()
  return make('li', { class: 'head', role: 'presentation' }, button, make('span', { class: 'message' }, tell(first.message)))
}
const unfold = new Map()

function item(finding, at, isFolded) {
  return make('li', {
    role: 'option', id: `finding-${at}`, class: isFolded ? 'member' : false, 'aria-selected': String(at === state.finding), onclick: () => open(at),
  },
  isFolded ? null : make('span', { class: `level ${finding.level}` }, `${say(finding.level)} ${finding.clause}`),
  finding.suppressed ? make('span', { class: 'dim' }, ` (${tell(finding.suppressed)})`) : null,
  isFolded ? null : make('span', { class: 'message' }, tell(finding.message)),
  make('span', { class: 'place' }, place(finding.at)))
}

function open(at) {
  if (at < 0 || shown.length <= at) return
  const own = number => document.getElementById(`finding-${number}`)
  own(state.finding)?.setAttribute('aria-selected', 'false')
  state.finding = at
  state.step = 0
  unfold.get(sortOf(shown[at]))?.()
  own(at).setAttribute('aria-selected', 'true')
  document.getElementById('list').setAttribute('aria-activedescendant', `finding-${at}`)
  own(at).scrollIntoView({ block: 'nearest' })
  drawDetail()
}

const stepsOf = finding => {
  const flow = flowOf(finding)
  if (!flow) return [{ at: finding.at, text: finding.message, key: true }, ...finding.related]
  return state.every ? flow.steps : flow.steps.filter(step => step.key)
}

function drawDetail() {
  const finding = shown[state.finding]
  if (!finding) { fill('detail', make('p', { class: 'dim' }, say('nothing'))); return }
  const steps = stepsOf(finding)
  state.step = Math.min(state.step, steps.length - 1)
  const flow = flowOf(finding)
  const move = (name, by) => {
    const to = state.step + by
    const isEnd = to < 0 || steps.length <= to
    const act = () => { if (!isEnd) { state.step = to; drawDetail() } }
    return make('button', { type: 'button', 'data-key': name, 'aria-disabled': String(isEnd), onclick: act }, say(name))
  }
  fill('detail', make('h3', {}, tell(finding.message)), facts(finding, flow),
    make('h3', {}, say(flow ? 'path' : 'related')),
    make('div', { class: 'filters' },
      move('previous', -1),
      make('span', { role: 'status' }, say('step', state.step + 1, steps.length)),
      move('next', 1),
      flow ? make('label', {}, make('input', { type: 'checkbox', 'data-key': 'every', checked: state.every, onchange: event => { state.every = event.target.checked; drawDetail() } }), ' ', say('all-steps')) : null),
    frame(steps[state.step]),
    make('ol', { class: 'steps' }, steps.map((step, at) => make('li', {
      'aria-current': at === state.step ? 'step' : false, onclick: () => { state.step = at; drawDetail() },
    }, make('span', { class: 'number' }, `${at + 1}.`), `${tell(step.text)} `, make('span', { class: 'place' }, place(step.at))))),
    flow && finding.related.length ? [make('h3', {}, say('related')), ...finding.related.flatMap(own => [make('p', {}, tell(own.text)), frame(own)])] : null,
    make('h3', {}, say('help')), make('p', {}, tell(finding.help)))
  showMark(document.querySelector('#detail .frame'))
}

/** A place far to the right in its line is scrolled to. */
function showMark(frame) {
  const mark = frame.querySelector('mark')?.getBoundingClientRect()
  const from = mark ? mark.left - frame.getBoundingClientRect().left : 0
  if (mark && frame.clientWidth < from + Math.min(mark.width, 80)) frame.scrollLeft = from - frame.clientWidth / 3
}

function facts(finding, flow) {
  const rows = [['clause', `${finding.clause} ${tell(report.clauses.find(clause => clause.id === finding.clause)?.title || { zh: '', en: '' })}`],
    ['also', finding.also.join(' ')], ['confidence', say(finding.confidence)], ['data', finding.data.map(dataName).join(', ')],
    ['form', flow && say(flow.form)], ['consent', flow && say(flow.consent)], ['marks', flow && flow.marks.map(tell).join(state.lang === 'zh' ? '；' : '; ')],
    ['ignored', finding.suppressed && tell(finding.suppressed)], ['id', finding.id]]
  return make('table', { class: 'facts' }, make('tbody', {}, rows.filter(([, value]) => value).map(([key, value]) =>
    make('tr', {}, make('th', { scope: 'row' }, say(key)), make('td', {}, value)))))
}

/** The lines around a step, its own part marked. */
function frame(step) {
  const { file, line, column, endLine, endColumn } = step.at
  const lines = report.code[file] || {}
  const rows = []
  for (let number = line - 2; number <= line + 2; number += 1) {
    const own = lines[number]
    if (!own) continue
    const row = make('span', { class: number === line ? 'row here' : 'row' }, make('span', { class: 'gutter' }, String(number)))
    const from = Math.max(0, column - 1 - own.from)
    const to = endLine === line ? Math.max(from, endColumn - 1 - own.from) : own.text.length
    if (number === line) row.append(own.text.slice(0, from), make('mark', {}, own.text.slice(from, to) || ' '), own.text.slice(to))
    else row.append(own.text)
    rows.push(row)
  }
  return make('div', { class: 'frame' }, make('div', { class: 'place' }, place(step.at)), make('pre', {}, rows))
}

/* Picture */

const ends = flow => [flow.data, flow.page, flow.to]
const ROOM = 24, MOST = 40, WIDTH = 1100, NODE = 290, MARGIN = 4, LETTERS = 36, MANY_CURVES = 120
const nodeText = (column, name) => (column === 0 ? dataName(name) : column === 2 ? destination(name) : name)

function columns() {
  return [0, 1, 2].map(column => {
    const counts = new Map()
    for (const flow of report.flows) counts.set(ends(flow)[column], (counts.get(ends(flow)[column]) || 0) + 1)
    const all = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    return { kept: all.slice(0, MOST), rest: all.slice(MOST) }
  })
}

function drawPicture() {
  const all = columns()
  const heads = ['categories', 'pages', 'destinations']
  if (!report.flows.length) { fill('picture', make('h2', {}, say('picture')), make('p', { class: 'dim' }, say('nothing'))); return }
  const longest = Math.max(...all.map(column => column.kept.length + (column.rest.length ? 1 : 0)))
  const height = 40 + longest * ROOM
  const spot = new Map()
  const x = column => column * (WIDTH - NODE) / 2
  const nodes = all.flatMap((column, at) => {
    const named = column.kept.map(([name, count]) => ({ name, count, text: nodeText(at, name) }))
    if (column.rest.length) named.push({ name: null, count: column.rest.reduce((sum, [, count]) => sum + count, 0), text: say('others', column.rest.length) })
    return named.map((node, row) => {
      const y = 32 + row * ROOM
      spot.set(`${at}\n${node.name}`, y)
      return box(node, at, x(at), y)
    })
  })
  const y = (column, name) => spot.get(`${column}\n${name}`) ?? spot.get(`${column}\nnull`)
  const pairs = new Map()
  for (const flow of report.flows) {
    const names = ends(flow)
    for (const column of [0, 1]) {
      const key = [column, y(column, names[column]), y(column + 1, names[column + 1])].join(' ')
      const pair = pairs.get(key) || { count: 0, chosen: false }
      pair.count += 1
      pair.chosen ||= state.node !== null && names[state.node.column] === state.node.name
      pairs.set(key, pair)
    }
  }
  const curves = [...pairs].sort((a, b) => a[1].chosen - b[1].chosen).map(([key, pair]) => {
    const [column, from, to] = key.split(' ').map(Number)
    const [left, right] = [x(column) + NODE, x(column + 1)]
    const middle = (left + right) / 2
    return make('path', {
      d: `M${left},${from + 9} C${middle},${from + 9} ${middle},${to + 9} ${right},${to + 9}`,
      'stroke-width': Math.min(12, 1 + Math.sqrt(pair.count)), class: pair.chosen ? 'chosen' : false,
    })
  })
  const titles = heads.map((key, at) => make('text', { x: x(at) + 4, y: 18, class: 'head' }, say(key)))
  fill('picture', make('h2', {}, say('picture')), sections.findings ? hint() : null,
    make('div', { class: 'picture' }, make('svg', { class: state.node ? 'narrowed' : pairs.size > MANY_CURVES ? 'dense' : false, viewBox: `${-MARGIN} 0 ${WIDTH + 2 * MARGIN} ${height}`, role: 'group', 'aria-label': say('picture') }, titles, curves, nodes)))
}

/** What a click does, or did. */
function hint() {
  if (!state.node) return make('p', { class: 'dim' }, say('click-to-filter'))
  return make('p', {}, make('a', { href: '#findings' }, `${nodeText(state.node.column, state.node.name)} · ${say('shown', shown.length, report.findings.length)} ↑`))
}

/** A kind of sink, a tab and an address; either may be empty. */
function destination(name) {
  const [kind, to] = name.split('\t')
  return to ? `${to} (${tell(report.kinds[kind])})` : tell(report.kinds[kind])
}

/** A text that fits into a box: its middle is left out; a Chinese character takes the room of two letters. */
function fitting(text) {
  const all = [...text]
  const room = own => own.reduce((sum, char) => sum + (char > '\u2e80' ? 2 : 1), 0)
  if (room(all) <= LETTERS) return text
  const [head, tail] = [[], []]
  while (all.length && room(head) + room(tail) < LETTERS - 2) room(head) <= room(tail) ? head.push(all.shift()) : tail.unshift(all.pop())
  return `${head.join('')}…${tail.join('')}`
}

function box(node, column, x, y) {
  const chosen = state.node && state.node.column === column && state.node.name === node.name
  const act = () => node.name !== null && choose({ node: chosen ? null : { column, name: node.name } })
  const text = fitting(node.text)
  return make('g', {
    class: chosen ? 'node chosen' : 'node', role: 'button', tabindex: '0', 'data-key': `${column} ${node.name}`, 'aria-pressed': String(Boolean(chosen)), onclick: act,
    onkeydown: event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); act() } },
  }, make('title', {}, node.text), make('rect', { x, y, width: NODE, height: 18, rx: 3 }),
  make('text', { x: x + 6, y: y + 13 }, `${text} · ${node.count}`))
}

/* Inventory, and what was not seen */

function table(keys, rows) {
  if (!rows.length) return make('p', { class: 'dim' }, say('nothing'))
  return make('table', { class: 'cards' }, make('thead', {}, make('tr', {}, keys.map(key => make('th', { scope: 'col' }, say(key))))),
    make('tbody', {}, rows.map(cells => make('tr', {}, cells.map((cell, at) => make('td', { 'data-head': say(keys[at]) }, cell))))))
}
const lines = (all, each) => all.map(item => make('div', {}, each(item)))

function drawInventory() {
  const rows = report.inventory.map(item => [
    make('b', {}, tell(item.title)),
    lines(item.collected, own => [`${own.model} `, make('span', { class: 'place' }, place(own.at))]),
    lines(item.kept, own => `${tell(report.kinds[own.kind])} ${own.key || ''} · ${say(own.form)}`),
    lines(item.sent, own => [`${tell(report.kinds[own.kind])} ${own.recipient || (own.byHost ? say('host-unknown') : '')}`,
      make('span', { class: 'dim' }, ` ${[(own.name && tell(own.name)) || (own.party && say(own.party === 'platform' ? 'platform-own' : own.party)), say(own.form), say(own.consent), own.clauses.join(' ')].filter(Boolean).join(' · ')}`), ...paths(own)]),
  ])
  const apis = report.platform.flatMap(kind => kind.places.map(own => [
    `${tell(kind.title)} (${kind.key})`, own.api, make('span', { class: 'place' }, place(own.at)), own.package || '', say(own.reachable ? 'yes' : 'no'),
  ]))
  const absent = report.platform.filter(kind => !kind.places.length)
  fill('inventory', make('h2', {}, say('inventory')), table(['data', 'collected', 'kept', 'sent'], rows),
    make('h3', {}, say('platform-list')), table(['data', 'api', 'place', 'package', 'reachable'], apis),
    absent.length && apis.length ? make('p', { class: 'dim' }, say('absent', absent.map(kind => `${tell(kind.title)} (${kind.key})`).join(state.lang === 'zh' ? '、' : ', '))) : null)
}

/** Addresses without a host, folded where there are many. */
function paths({ recipient, byHost, destinations }) {
  const all = recipient || !byHost ? [] : destinations.filter(Boolean)
  const each = all.map(path => make('div', { class: 'place' }, path))
  return each.length <= 3 ? each : [make('details', {}, make('summary', { class: 'dim' }, say('addresses', each.length)), each)]
}

function drawUnseen() {
  const row = own => make('tr', {}, [
    make('span', { class: own.level }, say(own.level)), own.code, tell(own.message), make('span', { class: 'place' }, own.at ? place(own.at) : own.path || ''),
  ].map(cell => make('td', {}, cell)))
  const rows = own => make('table', { class: 'cards' }, make('tbody', {}, own.map(row)))
  const [grave, notes] = [true, false].map(wanted => report.diagnostics.filter(own => (own.level !== 'note') === wanted))
  fill('unseen', make('h2', {}, say('unseen')),
    report.diagnostics.length ? null : make('p', { class: 'satisfied' }, say('everything-seen')),
    grave.length ? rows(grave) : null,
    notes.length ? make('details', {}, make('summary', {}, say('remarks', notes.length)), rows(notes)) : null)
}

/* The whole */

/** Of findings that say the same the first are printed in full, and of the others the places. */
function drawPrinted() {
  fill('printed', sorts().flatMap(findings => [
    ...findings.slice(0, FOLDED_FROM - 1).map(inFull),
    findings.length < FOLDED_FROM ? null : make('article', {}, make('p', {}, say('same-elsewhere', findings.length - FOLDED_FROM + 1)),
      make('ul', {}, findings.slice(FOLDED_FROM - 1).map(finding => make('li', { class: 'place' }, `${place(finding.at)} (${finding.id})`)))),
  ]))
}

function inFull(finding) {
  const steps = stepsOf(finding).map(step => make('li', {}, `${tell(step.text)} `, make('span', { class: 'place' }, place(step.at))))
  return make('article', {}, make('h3', {}, `${say(finding.level)} ${finding.clause} ${tell(finding.message)}`),
    make('ol', {}, steps), make('p', {}, tell(finding.help)))
}

function draw() {
  document.documentElement.lang = state.lang === 'zh' ? 'zh-CN' : 'en'
  const name = report.root === '.' ? report.appId || report.root : report.root
  document.querySelector('h1').textContent = `wxray · ${name}`
  document.title = `wxray · ${name}`
  document.querySelector('nav').replaceChildren(...Object.keys(sections).map(id => make('a', { href: `#${id}` }, say(id))))
  document.getElementById('language').textContent = say('language')
  document.querySelector('footer').textContent = `wxray ${report.version}`
  for (const show of Object.values(sections)) show()
}

const all = { summary: drawSummary, findings: drawFindings, picture: drawPicture, inventory: drawInventory, unseen: drawUnseen }
const sections = Object.fromEntries(Object.entries(all).filter(([id]) => report.sections.includes(id)))

const switchLanguage = () => { state.lang = state.lang === 'zh' ? 'en' : 'zh'; draw() }
document.getElementById('language').addEventListener('click', switchLanguage)
addEventListener('beforeprint', () => sections.findings && drawPrinted())
addEventListener('keydown', event => {
  if (event.key === 'Escape') { clear(); return }
  if (!sections.findings) return
  if (event.target.closest('input, select') || event.ctrlKey || event.metaKey || event.altKey) return
  const step = by => { const count = shown.length && stepsOf(shown[state.finding]).length; const to = state.step + by; if (to >= 0 && to < count) { state.step = to; drawDetail() } }
  const keys = {
    j: () => open(state.finding + 1), k: () => open(state.finding - 1), ArrowRight: () => step(1), ArrowLeft: () => step(-1),
    t: switchLanguage, '/': () => document.getElementById('search').focus(),
  }
  if (event.target.id === 'list') Object.assign(keys, { ArrowDown: keys.j, ArrowUp: keys.k })
  if (keys[event.key]) { event.preventDefault(); keys[event.key]() }
})
draw()
