// What programs use most of lodash and underscore.
// A member that is not here ends the run; what holds unknown values is from outside.

const closed = f => (first, ...rest) => ($.isUnknown(first) ? $.outside([first, ...rest]) : f(first, ...rest))
function pathOf(path) {
  if ($.isUnknown(path)) return undefined
  if ($.kind(path) === 'array') return path
  return typeof path === 'string' ? path.replace(/\[(\w+)\]/g, '.$1').split('.') : [path]
}
function at(from, path, otherwise) {
  const keys = pathOf(path)
  if (keys === undefined) return $.mixed(from, otherwise)
  let value = from
  for (const key of keys) {
    if (value === undefined || value === null) return otherwise
    value = value[key]
  }
  return value === undefined ? otherwise : value
}
function put(target, path, value) {
  const keys = pathOf(path)
  if (keys === undefined) return $.outside([target, value])
  let from = target
  for (let i = 0; i < keys.length - 1; i++) from = from[keys[i]] = isObject(from[keys[i]]) ? from[keys[i]] : {}
  from[keys[keys.length - 1]] = value
  return target
}
function iteratee(by) {
  if (by === undefined) return item => item
  if (typeof by === 'function' && !$.isUnknown(by)) return by
  if ($.isUnknown(by)) return item => $.mixed(item, by)
  const kind = $.kind(by)
  if (kind === 'array') return item => at(item, by[0]) === by[1]
  if (kind === 'object') return item => Object.keys(by).every(key => at(item, key) === by[key])
  return item => at(item, by)
}
// Lists and objects alike, as pairs of key and value.
function pairsOf(from) {
  if (from === undefined || from === null) return []
  const names = typeof from === 'string' || $.kind(from) === 'array' ? [...from].map((item, i) => i) : Object.keys(from)
  return names.map(name => [name, from[name]])
}
const textOf = value => (value === undefined || value === null ? '' : $.toText(value))
function gathered(from, by, add) {
  const f = iteratee(by)
  const out = {}
  for (const [, value] of pairsOf(from)) add(out, f(value), value)
  return out
}
function merged(target, source) {
  for (const key of Object.keys(source)) {
    const value = source[key]
    const isDeep = $.kind(value) === 'object' && $.kind(target[key]) === 'object'
    target[key] = isDeep ? merged(target[key], value) : value
  }
  return target
}
function copied(target, sources, isWanted) {
  for (const source of sources) {
    if ($.isUnknown(source)) Object.assign(target, source)
    else if (source) for (const key of Object.keys(source)) if (isWanted(target, key)) target[key] = source[key]
  }
  return target
}
const namesIn = lists => lists.flat(2)
const lodash = {
  get: closed(at),
  set: closed(put),
  has: closed((from, path) => at(from, path, LISTENERS) !== LISTENERS),
  map: closed((from, by) => { const f = iteratee(by); return pairsOf(from).map(([key, value]) => f(value, key, from)) }),
  filter: closed((from, by) => { const f = iteratee(by); return pairsOf(from).filter(([key, value]) => f(value, key, from)).map(pair => pair[1]) }),
  reject: closed((from, by) => { const f = iteratee(by); return pairsOf(from).filter(([key, value]) => !f(value, key, from)).map(pair => pair[1]) }),
  find: closed((from, by) => { const f = iteratee(by); for (const [key, value] of pairsOf(from)) if (f(value, key, from)) return value }),
  some: closed((from, by) => { const f = iteratee(by); return pairsOf(from).some(([key, value]) => f(value, key, from)) }),
  every: closed((from, by) => { const f = iteratee(by); return pairsOf(from).every(([key, value]) => f(value, key, from)) }),
  forEach: closed((from, f) => { for (const [key, value] of pairsOf(from)) if (f(value, key, from) === false) break; return from }),
  reduce: closed((from, f, ...start) => pairsOf(from).reduce((all, [key, value], i) => (i === 0 && start.length === 0 ? value : f(all, value, key, from)), start[0])),
  includes: closed((from, value) => pairsOf(from).some(pair => pair[1] === value)),
  size: closed(from => pairsOf(from).length),
  keys: closed(from => pairsOf(from).map(pair => '' + pair[0])),
  values: closed(from => pairsOf(from).map(pair => pair[1])),
  toPairs: closed(from => pairsOf(from)),
  fromPairs: closed(pairs => Object.fromEntries(pairs)),
  pick: closed((from, ...names) => { const out = {}; for (const name of namesIn(names)) if (at(from, name, LISTENERS) !== LISTENERS) put(out, name, at(from, name)); return out }),
  omit: closed((from, ...names) => { const out = { ...from }; for (const name of namesIn(names)) delete out[name]; return out }),
  assign: closed((target, ...sources) => Object.assign(target, ...sources)),
  defaults: closed((target, ...sources) => copied(target, sources, (to, key) => to[key] === undefined)),
  merge: closed((target, ...sources) => { for (const source of sources) $.isUnknown(source) ? Object.assign(target, source) : merged(target, structuredClone(source)); return target }),
  clone: closed(value => ($.kind(value) === 'array' ? [...value] : isObject(value) ? { ...value } : value)),
  cloneDeep: value => structuredClone(value),
  groupBy: closed((from, by) => gathered(from, by, (out, key, value) => { out[key] ? out[key].push(value) : (out[key] = [value]) })),
  keyBy: closed((from, by) => gathered(from, by, (out, key, value) => { out[key] = value })),
  countBy: closed((from, by) => gathered(from, by, (out, key) => { out[key] = (out[key] || 0) + 1 })),
  mapValues: closed((from, by) => { const f = iteratee(by), out = {}; for (const [key, value] of pairsOf(from)) out[key] = f(value, key, from); return out }),
  mapKeys: closed((from, by) => { const f = iteratee(by), out = {}; for (const [key, value] of pairsOf(from)) out[f(value, key, from)] = value; return out }),
  head: closed(list => list[0]),
  last: closed(list => list[list.length - 1]),
  tail: closed(list => list.slice(1)),
  initial: closed(list => list.slice(0, -1)),
  nth: closed((list, n) => list.at(n || 0)),
  take: closed((list, n) => list.slice(0, n === undefined ? 1 : n)),
  drop: closed((list, n) => list.slice(n === undefined ? 1 : n)),
  compact: closed(list => list.filter(item => item)),
  concat: closed((list, ...more) => list.concat(...more)),
  flatten: closed(list => list.flat()),
  flattenDeep: closed(list => list.flat(99)),
  uniq: closed(list => [...new Set(list)]),
  zip: (...lists) => (lists.some(list => $.isUnknown(list)) ? $.outside(lists) : lists[0].map((item, i) => lists.map(list => list[i]))),
  zipObject: closed((names, values) => { const out = {}; names.forEach((name, i) => { out[name] = values[i] }); return out }),
  chunk: closed((list, size) => { const out = []; for (let i = 0; i < list.length; i += size || 1) out.push(list.slice(i, i + (size || 1))); return out }),
  sum: closed(list => list.reduce((all, item) => all + item, 0)),
  join: closed((list, by) => list.join(by)),
  reverse: closed(list => list.reverse()),
  identity: value => value,
  constant: value => () => value,
  noop() {},
  times: (n, f) => ($.isUnknown(n) ? $.outside([f]) : Array.from({ length: n }, (item, i) => f(i))),
  tap: (value, f) => { f(value); return value },
  attempt(f, ...args) { try { return f(...args) } catch (error) { return error } },
  partial: (f, ...first) => function (...rest) { return $.apply(f, this, [...first, ...rest]) },
  bind: (f, self, ...first) => (...rest) => $.apply(f, self, [...first, ...rest]),
  once(f) { let isDone = false, value; return function (...args) { if (!isDone) { isDone = true; value = $.apply(f, this, args) } return value } },
  memoize: (f, key) => { const known = new Map(); return function (...args) { const name = key ? key(...args) : args[0]; if (!known.has(name)) known.set(name, $.apply(f, this, args)); return known.get(name) } },
  debounce: (f, ms) => { let timer; return function (...args) { clearTimeout(timer); timer = setTimeout(() => $.apply(f, this, args), ms) } },
  defer: (f, ...args) => setTimeout(f, 1, ...args),
  delay: (f, ms, ...args) => setTimeout(f, ms, ...args),
  trim: text => textOf(text).trim(),
  toUpper: text => textOf(text).toUpperCase(),
  toLower: text => textOf(text).toLowerCase(),
  toString: textOf,
  split: (text, by) => textOf(text).split(by),
  startsWith: (text, by) => textOf(text).startsWith(by),
  endsWith: (text, by) => textOf(text).endsWith(by),
  pluck: closed((from, name) => pairsOf(from).map(pair => at(pair[1], name))),
  flow: (...fs) => { const all = fs.flat(); return (...args) => all.slice(1).reduce((value, f) => f(value), all[0](...args)) },
  flowRight: (...fs) => lodash.flow(...fs.flat().reverse()),
  curry(f, n) { const size = n === undefined ? f.length : n; const more = got => (...args) => { const all = [...got, ...args]; return all.length >= size ? f(...all) : more(all) }; return more([]) },
  partialRight: (f, ...last) => (...first) => f(...first, ...last),
  flip: f => (...args) => f(...args.reverse()),
  negate: f => (...args) => !f(...args),
  unary: f => first => f(first),
  ary: (f, n) => (...args) => f(...args.slice(0, n)),
  spread: f => args => f(...args),
  rest: f => (...args) => f(args),
  after: (n, f) => (...args) => { if (--n < 1) return f(...args) },
  before: (n, f) => { let value; return (...args) => { if (--n > 0) value = f(...args); return value } },
  wrap: (value, f) => (...args) => f(value, ...args),
  over: (...fs) => (...args) => fs.flat().map(f => f(...args)),
  cond: pairs => (...args) => { for (const [test, f] of pairs) if (test(...args)) return f(...args) },
  property: path => from => at(from, path),
  propertyOf: from => path => at(from, path),
  matches: by => iteratee(by),
  iteratee,
  invoke: (from, path, ...args) => { const keys = pathOf(path); const owner = keys.length > 1 ? at(from, keys.slice(0, -1)) : from; return owner[keys[keys.length - 1]](...args) },
  update: (target, path, f) => put(target, path, f(at(target, path))),
  unset: closed((target, path) => { const keys = pathOf(path); const owner = keys.length > 1 ? at(target, keys.slice(0, -1)) : target; return owner ? delete owner[keys[keys.length - 1]] : true }),
  result: closed((from, path, otherwise) => { const value = at(from, path, otherwise); return typeof value === 'function' ? value.call(from) : value }),
  at: closed((from, ...paths) => namesIn(paths).map(path => at(from, path))),
  pickBy: closed((from, by) => { const f = iteratee(by), out = {}; for (const [key, value] of pairsOf(from)) if (f(value, key)) out[key] = value; return out }),
  omitBy: closed((from, by) => { const f = iteratee(by), out = {}; for (const [key, value] of pairsOf(from)) if (!f(value, key)) out[key] = value; return out }),
  invert: closed(from => { const out = {}; for (const [key, value] of pairsOf(from)) out[value] = key; return out }),
  findKey: closed((from, by) => { const f = iteratee(by); for (const [key, value] of pairsOf(from)) if (f(value, key, from)) return key }),
  findIndex: closed((list, by) => { const f = iteratee(by); return list.findIndex(item => f(item)) }),
  findLast: closed((list, by) => { const f = iteratee(by); return list.findLast(item => f(item)) }),
  findLastIndex: closed((list, by) => { const f = iteratee(by); return list.findLastIndex(item => f(item)) }),
  indexOf: closed((list, value) => list.indexOf(value)),
  partition: closed((from, by) => [lodash.filter(from, by), lodash.reject(from, by)]),
  flatMap: closed((from, by) => lodash.map(from, by).flat()),
  flattenDepth: closed((list, n) => list.flat(n)),
  sortBy: closed((from, ...by) => ordered(pairsOf(from).map(pair => pair[1]), by.flat(), [])),
  orderBy: closed((from, by, how) => ordered(pairsOf(from).map(pair => pair[1]), [by].flat(), [how].flat())),
  difference: closed((list, ...others) => list.filter(item => !others.flat().includes(item))),
  without: closed((list, ...others) => list.filter(item => !others.includes(item))),
  pull: closed((list, ...others) => { lodash.remove(list, item => others.includes(item)); return list }),
  remove: closed((list, f) => { const gone = list.filter(item => f(item)); const kept = list.filter(item => !gone.includes(item)); list.splice(0, list.length, ...kept); return gone }),
  union: (...lists) => (lists.some(list => $.isUnknown(list)) ? $.outside(lists) : [...new Set(lists.flat())]),
  intersection: closed((list, ...others) => list.filter(item => others.every(other => other.includes(item)))),
  uniqBy: closed((list, by) => { const f = iteratee(by), seen = new Set(); return list.filter(item => { const key = f(item); const isNew = !seen.has(key); seen.add(key); return isNew }) }),
  unzip: closed(lists => lists[0].map((item, i) => lists.map(list => list[i]))),
  slice: closed((list, from, to) => list.slice(from, to)),
  fill: closed((list, value, from, to) => list.fill(value, from, to)),
  takeRight: closed((list, n) => list.slice(-(n === undefined ? 1 : n))),
  dropRight: closed((list, n) => list.slice(0, -(n === undefined ? 1 : n))),
  takeWhile: closed((list, by) => { const f = iteratee(by); const end = list.findIndex(item => !f(item)); return end < 0 ? [...list] : list.slice(0, end) }),
  dropWhile: closed((list, by) => { const f = iteratee(by); const end = list.findIndex(item => !f(item)); return end < 0 ? [] : list.slice(end) }),
  castArray: value => ($.kind(value) === 'array' || $.isUnknown(value) ? value : [value]),
  defaultTo: (value, otherwise) => (value === undefined || value === null ? otherwise : value),
  defaultsDeep: closed((target, ...sources) => copied(target, sources, (to, key) => to[key] === undefined)),
  range: (from, to, step) => { const out = []; const [first, end] = to === undefined ? [0, from] : [from, to]; for (let i = first; i < end; i += step || 1) out.push(i); return out },
  isArray: value => Array.isArray(value),
  isString: value => typeof value === 'string',
  isNumber: value => typeof value === 'number',
  isBoolean: value => typeof value === 'boolean',
  isFunction: value => typeof value === 'function',
  isUndefined: value => value === undefined,
  isNull: value => value === null,
  isNil: value => value === undefined || value === null,
  isObject: value => typeof value === 'object' || typeof value === 'function',
  isPlainObject: closed(value => $.kind(value) === 'object'),
  isEmpty: closed(value => pairsOf(value).length === 0),
  isEqual: () => $.maybe(),
  forOwn: closed((from, f) => { for (const [key, value] of pairsOf(from)) if (f(value, key, from) === false) break; return from }),
  mean: closed(list => lodash.sum(list) / list.length),
  sumBy: closed((list, by) => lodash.sum(lodash.map(list, by))),
  throttle: f => function (...args) { return $.apply(f, this, args) },
  template: text => values => $.mixed(text, values),
  uniqueId: () => $.mixed(),
  now: () => $.mixed(),
}
for (const name of ['escape', 'unescape', 'capitalize', 'camelCase', 'kebabCase', 'snakeCase', 'startCase', 'upperCase', 'lowerCase',
  'upperFirst', 'lowerFirst', 'pad', 'padStart', 'padEnd', 'repeat', 'truncate', 'words', 'deburr', 'trimStart', 'trimEnd', 'replace',
  'max', 'min', 'maxBy', 'minBy', 'sample', 'shuffle', 'toNumber', 'toInteger', 'clamp', 'round', 'floor', 'ceil']) {
  lodash[name] = (...args) => $.mixed(...args)
}
function ordered(list, by, how) {
  const fs = by.map(iteratee)
  return [...list].sort((a, b) => {
    for (let i = 0; i < fs.length; i++) {
      const [first, second] = [fs[i](a), fs[i](b)]
      if (first < second) return how[i] === 'desc' ? 1 : -1
      if (first > second) return how[i] === 'desc' ? -1 : 1
    }
    return 0
  })
}
Object.assign(lodash, {
  each: lodash.forEach, collect: lodash.map, select: lodash.filter, detect: lodash.find, any: lodash.some, all: lodash.every,
  contains: lodash.includes, inject: lodash.reduce, foldl: lodash.reduce, entries: lodash.toPairs, first: lodash.head,
  extend: lodash.assign, forIn: lodash.forOwn, compose: lodash.flowRight, setWith: lodash.set, cloneDeepWith: lodash.cloneDeep,
})
// Chains: of those that begin with a call of the package, what is no list or object comes out by itself.
const GIVES = ['find', 'findLast', 'head', 'first', 'last', 'nth', 'reduce', 'get', 'size', 'join', 'some', 'every', 'includes', 'sum', 'sumBy',
  'max', 'min', 'maxBy', 'minBy', 'mean', 'has', 'isEmpty', 'isEqual', 'findIndex', 'findKey', 'indexOf', 'toString', 'template', 'sample']
const CHAINED = $.symbol('%chained')
function packaged(members) {
  class Chain {
    constructor(value, isExplicit) { $.hide(this, CHAINED, { value, isExplicit }) }
    value() { return this[CHAINED].value }
    valueOf() { return this.value() }
    toJSON() { return this.value() }
    chain() { return new Chain(this.value(), true) }
    thru(f) { return new Chain(f(this.value()), this[CHAINED].isExplicit) }
  }
  const _ = value => new Chain(value, false)
  for (const name of Object.keys(members)) {
    $.hide(_, name, members[name])
    $.hide(Chain.prototype, name, function (...args) {
      const { value, isExplicit } = this[CHAINED]
      const made = name === 'tap' ? (args[0](value), value) : members[name](value, ...args)
      return GIVES.includes(name) && !isExplicit ? made : new Chain(made, isExplicit)
    })
  }
  $.hide(_, 'chain', value => new Chain(value, true))
  return _
}
packages.lodash = packages['lodash-es'] = packaged(lodash)
for (const name of [...Object.keys(lodash), 'chain']) packages['lodash/' + name] = packages.lodash[name]
// Some names mean other things there.
packages.underscore = packaged({
  ...lodash,
  invoke: closed((list, by, ...args) => lodash.map(list, item => $.apply(typeof by === 'function' ? by : item[by], item, args))),
  first: closed((list, n) => (n === undefined ? list[0] : list.slice(0, n))),
  last: closed((list, n) => (n === undefined ? list[list.length - 1] : lodash.takeRight(list, n))),
  rest: closed((list, from = 1) => list.slice(from)),
  initial: closed((list, n = 1) => lodash.dropRight(list, n)),
  pairs: lodash.toPairs,
  object: closed((keys, values) => (values ? lodash.zipObject(keys, values) : lodash.fromPairs(keys))),
  where: lodash.filter,
  findWhere: lodash.find,
})
