// The standard library as far as programs are run with it, in the language itself. `$` is the machine.

function Object(value) {
  if (new.target && new.target !== Object) return
  return value === undefined || value === null ? {} : value
}
$.adopt(Object, $.objectObject)
function Function(...texts) {
  return $.outside(texts)
}
$.adopt(Function, $.functionObject)

function methods(target, from) {
  const names = $.ownKeys(from)
  for (let i = 0; i < names.length; i++) $.hide(target, names[i], from[names[i]])
}

function isObject(value) {
  const kind = $.kind(value)
  return kind !== 'nothing' && kind !== 'constant'
}

methods(Object.prototype, {
  hasOwnProperty(key) { return $.hasOwn(this, key) },
  propertyIsEnumerable(key) { const d = $.describe(this, key); return !!d && d.enumerable },
  isPrototypeOf(value) {
    for (let at = $.proto(value); at; at = $.proto(at)) if (at === this) return true
    return false
  },
  toString() { return '[object ' + (this[$['Symbol.toStringTag']] || 'Object') + ']' },
  toLocaleString() { return this.toString() },
  valueOf() { return this },
  __defineGetter__(key, get) { Object.defineProperty(this, key, { get, enumerable: true, configurable: true }) },
  __defineSetter__(key, set) { Object.defineProperty(this, key, { set, enumerable: true, configurable: true }) },
  __lookupGetter__(key) { return accessorOf(this, key, 'get') },
  __lookupSetter__(key) { return accessorOf(this, key, 'set') },
})
$.define($.objectObject, '__proto__', { get() { return $.proto(this) }, set(value) { $.setProto(this, value) } })

function accessorOf(from, key, name) {
  for (let at = from; at; at = $.proto(at)) {
    const how = $.describe(at, key)
    if (how) return how[name]
  }
}

methods(Function.prototype, {
  call(self, ...args) { return $.apply(this, self, args) },
  apply(self, args) { return $.apply(this, self, args === undefined || args === null ? [] : listOf(args)) },
  bind(self, ...args) { return $.bind(this, self, args) },
  toString() { return $.mixed() },
})
$.hide(Function.prototype, $['Symbol.hasInstance'], undefined)

// Anything with a length as an array.
function listOf(value) {
  if ($.kind(value) === 'array' || $.isUnknown(value)) return value
  const out = []
  for (let i = 0; i < value.length; i++) out[i] = value[i]
  return out
}

methods(Object, {
  keys(value) { return isObject(value) ? $.keys(value) : strings(value) },
  values(value) {
    const out = []
    for (const key of Object.keys(value)) out[out.length] = value[key]
    return out
  },
  entries(value) {
    const out = []
    for (const key of Object.keys(value)) out[out.length] = [key, value[key]]
    return out
  },
  assign(target, ...sources) {
    for (let i = 0; i < sources.length; i++) {
      const src = sources[i]
      if (src === undefined || src === null) continue
      if ($.isUnknown(src)) {
        $.smear(target, src)
        continue
      }
      const copy = { ...src }
      const keys = $.ownKeys(copy)
      for (let j = 0; j < keys.length; j++) target[keys[j]] = copy[keys[j]]
      $.smear(target, $.smearOf(src))
    }
    return target
  },
  create(proto, props) {
    const out = $.setProto({}, proto)
    if (props !== undefined) Object.defineProperties(out, props)
    return out
  },
  defineProperty(target, key, how) {
    $.define(target, key, how)
    return target
  },
  defineProperties(target, props) {
    for (const key of $.keys(props)) $.define(target, key, props[key])
    return target
  },
  getOwnPropertyDescriptor(target, key) { return $.describe(target, key) },
  getOwnPropertyDescriptors(target) {
    const out = {}
    for (const key of $.ownKeys(target)) out[key] = $.describe(target, key)
    return out
  },
  getOwnPropertyNames(value) { return $.ownKeys(value).filter(key => typeof key === 'string' || $.isUnknown(key)) },
  getOwnPropertySymbols(value) { return $.ownKeys(value).filter(key => typeof key === 'symbol') },
  getPrototypeOf(value) { return $.proto(value) },
  setPrototypeOf(value, proto) { return $.setProto(value, proto) },
  freeze(value) { return $.freeze(value) },
  seal(value) { return $.close(value) },
  preventExtensions(value) { return $.close(value) },
  isFrozen(value) { return $.isFrozen(value) },
  isSealed(value) { return $.isClosed(value) },
  isExtensible(value) { return !$.isClosed(value) },
  is(a, b) { return a === b || (a !== a && b !== b) },
  hasOwn(value, key) { return $.hasOwn(value, key) },
  fromEntries(entries) {
    const out = {}
    for (const entry of entries) out[entry[0]] = entry[1]
    return out
  },
  groupBy(items, f) {
    const out = {}
    let i = 0
    for (const item of items) {
      const key = f(item, i++)
      if (!out[key]) out[key] = []
      out[key].push(item)
    }
    return out
  },
})

function strings(value) {
  const out = []
  if (typeof value === 'string') for (let i = 0; i < value.length; i++) out[i] = '' + i
  return out
}

class Arguments {
  [$['Symbol.iterator']]() { return listIterator(this, 1) }
}

// Arrays.

class Array {
  constructor(...items) {
    if (items.length === 1 && typeof items[0] === 'number') this.length = items[0]
    else for (let i = 0; i < items.length; i++) this[i] = items[i]
  }
  push(...items) {
    for (let i = 0; i < items.length; i++) this[this.length] = items[i]
    return this.length
  }
  pop() {
    if (this.length === 0) return undefined
    const last = this[this.length - 1]
    this.length = this.length - 1
    return last
  }
  shift() {
    if (this.length === 0) return undefined
    const first = this[0]
    for (let i = 1; i < this.length; i++) this[i - 1] = this[i]
    this.length = this.length - 1
    return first
  }
  unshift(...items) {
    const old = copyOf(this)
    for (let i = 0; i < items.length; i++) this[i] = items[i]
    for (let i = 0; i < old.length; i++) this[items.length + i] = old[i]
    return this.length
  }
  slice(from, to) {
    const out = []
    const end = to === undefined ? this.length : position(to, this.length)
    if ($.isUnknown(from) || $.isUnknown(end)) return anyOrder(this)
    for (let i = position(from || 0, this.length); i < end; i++) out[out.length] = this[i]
    return ofSpecies(this, out)
  }
  splice(from, count, ...items) {
    if ($.isUnknown(from) || $.isUnknown(count)) {
      const all = anyOrder(this.concat(items))
      $.smear(this, all)
      return all
    }
    const start = position(from, this.length)
    const old = copyOf(this)
    const n = arguments.length === 0 ? 0 : arguments.length === 1 ? old.length - start : Math.max(0, Math.min(count, old.length - start))
    const removed = []
    const all = []
    for (let i = 0; i < start; i++) all[all.length] = old[i]
    for (let i = 0; i < items.length; i++) all[all.length] = items[i]
    for (let i = start; i < old.length; i++) {
      if (i < start + n) removed[removed.length] = old[i]
      else all[all.length] = old[i]
    }
    this.length = all.length
    for (let i = 0; i < all.length; i++) this[i] = all[i]
    return removed
  }
  concat(...others) {
    const out = copyOf(this)
    let open
    for (let i = 0; i < others.length; i++) {
      const spreads = $.isUnknown(others[i]) || !isObject(others[i]) ? undefined : others[i][$['Symbol.isConcatSpreadable']]
      if (spreads === undefined ? $.kind(others[i]) === 'array' : spreads) for (let j = 0; j < others[i].length; j++) out[out.length] = others[i][j]
      else {
        if ($.isUnknown(others[i])) open = true
        out[out.length] = others[i]
      }
    }
    if (open) {
      const all = anyOrder(out)
      return all
    }
    return out
  }
  indexOf(value, from) {
    for (let i = from || 0; i < this.length; i++) if (this[i] === value) return i
    return -1
  }
  lastIndexOf(value) {
    for (let i = this.length - 1; i >= 0; i--) if (this[i] === value) return i
    return -1
  }
  includes(value) {
    for (let i = 0; i < this.length; i++) if (this[i] === value) return true
    return false
  }
  at(i) { return this[i < 0 ? this.length + i : i] }
  join(by) {
    let out = ''
    for (let i = 0; i < this.length; i++) {
      const item = this[i]
      if (i > 0) out += by === undefined ? ',' : by
      if (item !== undefined && item !== null) out += $.toText(item)
    }
    return $.isUnknown(this) ? $.mixed(this, out) : out
  }
  toString() { return this.join() }
  toLocaleString() { return this.join() }
  reverse() {
    const old = copyOf(this)
    for (let i = 0; i < old.length; i++) this[i] = old[old.length - 1 - i]
    return this
  }
  toReversed() { return copyOf(this).reverse() }
  sort(f) {
    const all = copyOf(this)
    for (let i = 1; i < all.length; i++) {
      for (let j = i; j > 0; j--) {
        const a = all[j - 1]
        const b = all[j]
        let isGreater
        if (f) isGreater = f(a, b)
        else isGreater = $.isUnknown(a) || $.isUnknown(b) ? a : $.toText(a) > $.toText(b) ? 1 : -1
        if ($.isUnknown(isGreater)) {
          const any = $.any(all)
          for (let k = 0; k < all.length; k++) this[k] = any
          return this
        }
        if (!(isGreater > 0)) break
        all[j - 1] = b
        all[j] = a
      }
    }
    for (let i = 0; i < all.length; i++) this[i] = all[i]
    return this
  }
  toSorted(f) { return copyOf(this).sort(f) }
  toSpliced(...args) {
    const out = copyOf(this)
    out.splice(...args)
    return out
  }
  with(i, value) {
    const out = copyOf(this)
    out[i < 0 ? out.length + i : i] = value
    return out
  }
  fill(value, from, to) {
    const end = to === undefined ? this.length : position(to, this.length)
    for (let i = position(from || 0, this.length); i < end; i++) this[i] = value
    return this
  }
  copyWithin(target, from, to) {
    const part = this.slice(from, to)
    for (let i = 0; i < part.length && target + i < this.length; i++) this[target + i] = part[i]
    return this
  }
  forEach(f, self) { for (let i = 0; i < this.length; i++) f.call(self, this[i], i, this) }
  map(f, self) {
    const out = []
    for (let i = 0; i < this.length; i++) out[out.length] = f.call(self, this[i], i, this)
    return ofSpecies(this, out)
  }
  filter(f, self) {
    const out = []
    for (let i = 0; i < this.length; i++) {
      const item = this[i]
      if (f.call(self, item, i, this)) out[out.length] = item
    }
    return ofSpecies(this, out)
  }
  some(f, self) {
    for (let i = 0; i < this.length; i++) if (f.call(self, this[i], i, this)) return true
    return false
  }
  every(f, self) {
    for (let i = 0; i < this.length; i++) if (!f.call(self, this[i], i, this)) return false
    return true
  }
  find(f, self) {
    for (let i = 0; i < this.length; i++) {
      const item = this[i]
      if (f.call(self, item, i, this)) return item
    }
  }
  findIndex(f, self) {
    for (let i = 0; i < this.length; i++) if (f.call(self, this[i], i, this)) return i
    return -1
  }
  findLast(f, self) {
    for (let i = this.length - 1; i >= 0; i--) {
      const item = this[i]
      if (f.call(self, item, i, this)) return item
    }
  }
  findLastIndex(f, self) {
    for (let i = this.length - 1; i >= 0; i--) if (f.call(self, this[i], i, this)) return i
    return -1
  }
  reduce(f, ...start) {
    let i = 0
    if (start.length === 0 && this.length === 0) throw new TypeError('nothing to reduce')
    let all = start.length > 0 ? start[0] : this[i++]
    for (; i < this.length; i++) all = f(all, this[i], i, this)
    return all
  }
  reduceRight(f, ...start) {
    let i = this.length - 1
    if (start.length === 0 && this.length === 0) throw new TypeError('nothing to reduce')
    let all = start.length > 0 ? start[0] : this[i--]
    for (; i >= 0; i--) all = f(all, this[i], i, this)
    return all
  }
  flat(depth) {
    const out = []
    flatten(this, depth === undefined ? 1 : depth, out)
    return out
  }
  flatMap(f, self) { return this.map(f, self).flat() }
  keys() { return listIterator(this, 0) }
  values() { return listIterator(this, 1) }
  entries() { return listIterator(this, 2) }
  static isArray(value) { return $.isUnknown(value) ? $.maybeList(value) : $.kind(value) === 'array' }
  static of(...items) { return ofClass(this, items) }
  static from(value, f, self) {
    const out = []
    let i = 0
    if ($.isUnknown(value)) {
      const all = $.mixed(value)
      return f ? all.map(f) : all
    }
    const method = isObject(value) ? value[$['Symbol.iterator']] : undefined
    if (method || typeof value === 'string') for (const item of value) out[i] = f ? f.call(self, item, i++) : (i++, item)
    else for (; i < value.length; i++) out[i] = f ? f.call(self, value[i], i) : value[i]
    return ofClass(this, out)
  }
}
$.adopt(Array, $.arrayObject)
const rawArray = Array
Array = function Array(...items) {
  const out = items.length === 1 && typeof items[0] === 'number' ? $.array(items[0]) : items
  return new.target && new.target !== Array ? $.construct(rawArray, items, new.target) : out
}
methods(Array, { isArray: rawArray.isArray, of: rawArray.of, from: rawArray.from })
$.hide(Array, 'prototype', $.arrayObject)
$.hide($.arrayObject, 'constructor', Array)

// Lists that are made for a class are of that class.
function ofClass(maker, items) {
  if (!isSubclass(maker, Array)) return items
  const made = new maker()
  for (let i = 0; i < items.length; i++) made[i] = items[i]
  return made
}
// What a list makes of itself is of its class, or of another that the class names.
function ofSpecies(list, items) {
  const maker = list.constructor
  const species = isSubclass(maker, Array) ? maker[$['Symbol.species']] : undefined
  return ofClass(species === undefined ? maker : species, items)
}
function isSubclass(maker, base) {
  return maker !== base && $.kind(maker) === 'function' && maker.prototype instanceof base
}

function copyOf(list) {
  const out = []
  for (let i = 0; i < list.length; i++) out[i] = list[i]
  return out
}
function position(at, length) {
  const n = $.toNumber(at)
  if (n < 0) return Math.max(0, length + n)
  return Math.min(n, length)
}
function anyOrder(list) {
  return $.any(copyOf(list))
}
function flatten(list, depth, out) {
  for (let i = 0; i < list.length; i++) {
    if (depth > 0 && $.kind(list[i]) === 'array') flatten(list[i], depth - 1, out)
    else out[out.length] = list[i]
  }
}

// Iterators.

class Iterator {
  [$['Symbol.iterator']]() { return this }
  *map(f) { let i = 0; for (const item of this) yield f(item, i++) }
  *filter(f) { let i = 0; for (const item of this) if (f(item, i++)) yield item }
  *take(n) { if (n > 0) for (const item of this) { yield item; if (--n <= 0) return } }
  *drop(n) { for (const item of this) if (n-- <= 0) yield item }
  *flatMap(f) { for (const item of this) yield* f(item) }
  toArray() { return [...this] }
  forEach(f) { let i = 0; for (const item of this) f(item, i++) }
  reduce(f, ...start) { return [...this].reduce(f, ...start) }
  some(f) { for (const item of this) if (f(item)) return true; return false }
  every(f) { for (const item of this) if (!f(item)) return false; return true }
  find(f) { for (const item of this) if (f(item)) return item }
  static from(value) { const it = value[$['Symbol.iterator']]; return it ? it.call(value) : $.setProto({ next: () => value.next() }, Iterator.prototype) }
}
class ListIterator extends Iterator {
  constructor(list, how) {
    super()
    $.hide(this, SLOT, { list, how, at: 0 })
  }
  next() {
    const state = this[SLOT]
    const at = state.at++
    if (at >= state.list.length) return { value: undefined, done: true }
    const value = state.how === 0 ? at : state.how === 1 ? state.list[at] : [at, state.list[at]]
    return { value, done: false }
  }
}
const SLOT = $.symbol('%slot')
function listIterator(list, how) {
  return new ListIterator(list, how)
}
$.hide(Array.prototype, $['Symbol.iterator'], function () { return listIterator(this, 1) })

class Generator extends Iterator {
  next(value) { return answer($.resume(this, 0, value)) }
  throw(value) { return answer($.resume(this, 1, value)) }
  return(value) { return answer($.resume(this, 2, value)) }
}
function answer(step) {
  return { value: step.value, done: step.kind === 2 }
}

// Promises and async functions.

class Promise {
  constructor(run) {
    const state = { kind: 0, value: undefined, reactions: [], isHandled: false }
    $.hide(this, SLOT, state)
    let isDone = false
    const resolve = value => {
      if (isDone) return
      isDone = true
      resolveWith(this, state, value)
    }
    const reject = value => {
      if (isDone) return
      isDone = true
      settle(state, 2, value)
    }
    try { run(resolve, reject) } catch (error) { reject(error) }
  }
  then(f, g) {
    const state = this[SLOT]
    state.isHandled = true
    return new (promiseClass(this.constructor))((resolve, reject) => {
      const reaction = { f, g, resolve, reject }
      if (state.kind === 0) state.reactions.push(reaction)
      else $.microtask(react, reaction, state.kind, state.value)
    })
  }
  catch(g) { return this.then(undefined, g) }
  finally(f) {
    return this.then(
      value => Promise.resolve(f()).then(() => value),
      error => Promise.resolve(f()).then(() => { throw error }),
    )
  }
  static resolve(value) {
    const maker = promiseClass(this)
    return isPromise(value) && promiseClass(value.constructor) === maker ? value : new maker(resolve => resolve(value))
  }
  static reject(value) { return new (promiseClass(this))((_, reject) => reject(value)) }
  static all(items) {
    return new Promise((resolve, reject) => {
      const out = []
      let left = 1
      for (const item of items) {
        const at = out.length
        out[at] = undefined
        left++
        Promise.resolve(item).then(value => { out[at] = value; if (--left === 0) resolve(out) }, reject)
      }
      if (--left === 0) resolve(out)
    })
  }
  static allSettled(items) {
    return Promise.all(listed(items).map(item => Promise.resolve(item).then(
      value => ({ status: 'fulfilled', value }),
      reason => ({ status: 'rejected', reason }),
    )))
  }
  static race(items) {
    return new Promise((resolve, reject) => { for (const item of turned(items)) Promise.resolve(item).then(resolve, reject) })
  }
  static any(items) {
    return new Promise((resolve, reject) => {
      const errors = []
      let left = 1
      for (const item of turned(items)) {
        const at = errors.length
        errors[at] = undefined
        left++
        Promise.resolve(item).then(resolve, error => { errors[at] = error; if (--left === 0) reject(failed(errors)) })
      }
      if (--left === 0) reject(failed(errors))
    })
  }
  static withResolvers() {
    const out = {}
    out.promise = new Promise((resolve, reject) => { out.resolve = resolve; out.reject = reject })
    return out
  }
  static try(f, ...args) { return new Promise(resolve => resolve(f(...args))) }
}
// Promises of a class stay of that class.
function promiseClass(maker) { return isSubclass(maker, Promise) ? maker : Promise }
// Which of several is there first is not to be relied on.
function turned(items) {
  const all = [...items]
  const first = $.choose(all.length)
  return [...all.slice(first), ...all.slice(0, first)]
}
function listed(items) {
  return [...items]
}
function failed(errors) {
  const error = new Error('All promises were rejected')
  error.errors = errors
  return error
}
function isPromise(value) {
  return $.kind(value) === 'object' && $.hasOwn(value, SLOT) && value[SLOT].reactions !== undefined
}
function resolveWith(promise, state, value) {
  if (value === promise) return settle(state, 2, new TypeError('a promise waits for itself'))
  const kind = $.kind(value)
  if (kind === 'unknown' && $.waits()) return $.late(() => settle(state, 1, value))
  if (kind === 'unknown' || kind === 'nothing' || kind === 'constant') return settle(state, 1, value)
  let then
  try { then = value.then } catch (error) { return settle(state, 2, error) }
  if (typeof then !== 'function') return settle(state, 1, value)
  let isDone = false
  $.microtask(() => {
    try {
      then.call(value, v => { if (!isDone) { isDone = true; resolveWith(promise, state, v) } }, e => { if (!isDone) { isDone = true; settle(state, 2, e) } })
    } catch (error) {
      if (!isDone) { isDone = true; settle(state, 2, error) }
    }
  })
}
const rejected = []
function settle(state, kind, value) {
  state.kind = kind
  state.value = value
  if (kind === 2 && $.suspect(value)) rejected.push(state)
  for (const reaction of state.reactions) $.microtask(react, reaction, kind, value)
}
function react(reaction, kind, value) {
  const handler = kind === 1 ? reaction.f : reaction.g
  if (typeof handler !== 'function') {
    if (kind === 1) reaction.resolve(value)
    else reaction.reject(value)
    return
  }
  let result
  try { result = handler(value) } catch (error) { return reaction.reject(error) }
  reaction.resolve(result)
}
function hasLostErrors() {
  return rejected.some(state => !state.isHandled)
}

function drive(code) {
  return new Promise((resolve, reject) => advance(code, 0, undefined, resolve, reject))
}
function advance(code, mode, value, resolve, reject) {
  let step
  try { step = $.resume(code, mode, value, true) } catch (error) { return reject(error) }
  if (step.kind === 2) return resolve(step.value)
  Promise.resolve(step.value).then(v => advance(code, 0, v, resolve, reject), e => advance(code, 1, e, resolve, reject))
}
// Goes on with the code of a module that waits.
function goOn(code, value) {
  Promise.resolve(value).then(v => advance(code, 0, v, () => {}, () => {}), e => advance(code, 1, e, () => {}, () => {}))
}

// Code from outside goes through a generator, and sends back what it was given, and what comes out once it is there.
function goThrough(code, given, turns) {
  Promise.resolve(code.next(given)).then(({ value, done }) => {
    if (done) return
    if (turns === 0) $.stop()
    const goOn = sent => goThrough(code, $.mixed(given, sent), turns - 1)
    if ($.isUnknown(value)) goOn(value)
    else Promise.resolve(value).then(goOn, error => code.throw(error))
  })
}

class AsyncGenerator {
  [$['Symbol.asyncIterator']]() { return this }
  next(value) { return inTurn(this, 0, value) }
  throw(value) { return inTurn(this, 1, value) }
  return(value) { return inTurn(this, 2, value) }
}
function inTurn(code, mode, value) {
  const run = () => further(code, mode, value)
  const last = code[SLOT]
  const next = last ? last.then(run, run) : run()
  $.hide(code, SLOT, next)
  return next
}
function further(code, mode, value) {
  let step
  try { step = $.resume(code, mode, value, true) } catch (error) { return Promise.reject(error) }
  if (step.kind === 1) return Promise.resolve(step.value).then(v => further(code, 0, v), e => further(code, 1, e))
  return Promise.resolve(step.value).then(v => ({ value: v, done: step.kind === 2 }))
}

// Maps and sets.

function findEntry(entries, key) {
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].key === key || (key !== key && entries[i].key !== entries[i].key)) return i
  }
  return -1
}
class Map {
  constructor(items) {
    $.hide(this, SLOT, [])
    if (items !== undefined && items !== null) for (const item of items) this.set(item[0], item[1])
  }
  get(key) {
    const entries = this[SLOT]
    const at = findEntry(entries, key)
    return at < 0 ? undefined : entries[at].value
  }
  set(key, value) {
    const entries = this[SLOT]
    const at = findEntry(entries, key)
    if (at < 0) entries[entries.length] = { key, value }
    else entries[at].value = value
    return this
  }
  has(key) { return findEntry(this[SLOT], key) >= 0 }
  delete(key) {
    const entries = this[SLOT]
    const at = findEntry(entries, key)
    if (at >= 0) entries.splice(at, 1)
    return at >= 0
  }
  clear() { this[SLOT].length = 0 }
  get size() { return this[SLOT].length }
  forEach(f, self) { for (const entry of this[SLOT]) f.call(self, entry.value, entry.key, this) }
  *keys() { for (const entry of this[SLOT]) yield entry.key }
  *values() { for (const entry of this[SLOT]) yield entry.value }
  *entries() { for (const entry of this[SLOT]) yield [entry.key, entry.value] }
  [$['Symbol.iterator']]() { return this.entries() }
  get [$['Symbol.toStringTag']]() { return 'Map' }
  static groupBy(items, f) {
    const out = new Map()
    for (const item of items) {
      const key = f(item)
      if (!out.has(key)) out.set(key, [])
      out.get(key).push(item)
    }
    return out
  }
}
class Set {
  constructor(items) {
    $.hide(this, SLOT, [])
    if (items !== undefined && items !== null) for (const item of items) this.add(item)
  }
  add(key) {
    const entries = this[SLOT]
    if (findEntry(entries, key) < 0) entries[entries.length] = { key }
    return this
  }
  has(key) { return findEntry(this[SLOT], key) >= 0 }
  delete(key) {
    const at = findEntry(this[SLOT], key)
    if (at >= 0) this[SLOT].splice(at, 1)
    return at >= 0
  }
  clear() { this[SLOT].length = 0 }
  get size() { return this[SLOT].length }
  forEach(f, self) { for (const entry of this[SLOT]) f.call(self, entry.key, entry.key, this) }
  *values() { for (const entry of this[SLOT]) yield entry.key }
  *entries() { for (const entry of this[SLOT]) yield [entry.key, entry.key] }
  keys() { return this.values() }
  [$['Symbol.iterator']]() { return this.values() }
  get [$['Symbol.toStringTag']]() { return 'Set' }
  union(other) { return new Set([...this, ...other.keys()]) }
  intersection(other) { return new Set([...this].filter(item => other.has(item))) }
  difference(other) { return new Set([...this].filter(item => !other.has(item))) }
}
class WeakMap {
  constructor(items) {
    $.hide(this, SLOT, [])
    if (items !== undefined && items !== null) for (const item of items) this.set(item[0], item[1])
  }
  get(key) { return Map.prototype.get.call(this, key) }
  set(key, value) { return Map.prototype.set.call(this, key, value) }
  has(key) { return Map.prototype.has.call(this, key) }
  delete(key) { return Map.prototype.delete.call(this, key) }
}
class WeakSet {
  constructor(items) {
    $.hide(this, SLOT, [])
    if (items !== undefined && items !== null) for (const item of items) this.add(item)
  }
  add(key) { return Set.prototype.add.call(this, key) }
  has(key) { return Set.prototype.has.call(this, key) }
  delete(key) { return Set.prototype.delete.call(this, key) }
}
class WeakRef {
  constructor(target) { $.hide(this, SLOT, target) }
  deref() { return this[SLOT] }
}

// Texts, numbers and the rest.

function wrapper(make) {
  return function (...args) { return args.length === 0 ? make('') : make(args[0]) }
}
function String(value) {
  const text = arguments.length === 0 ? '' : typeof value === 'symbol' ? 'Symbol()' : $.toText(value)
  if (!new.target) return text
  $.hide(this, SLOT, text)
}
function plainText(value) {
  return isObject(value) && !$.isUnknown(value) && $.hasOwn(value, SLOT) ? value[SLOT] : $.toText(value)
}
for (const name of ['charAt', 'charCodeAt', 'codePointAt', 'at', 'slice', 'substring', 'substr', 'toUpperCase',
  'toLocaleUpperCase', 'toLowerCase', 'toLocaleLowerCase', 'trim', 'trimStart', 'trimLeft', 'trimEnd', 'trimRight',
  'indexOf', 'lastIndexOf', 'includes', 'startsWith', 'endsWith', 'repeat', 'padStart', 'padEnd', 'localeCompare',
  'normalize']) {
  $.hide(String.prototype, name, function (...args) { return $.text(name, plainText(this), args) })
}
methods(String.prototype, {
  replace(what, by) {
    const own = methodOf(what, $['Symbol.replace'])
    return own ? own.call(what, plainText(this), by) : replaced('replace', plainText(this), what, by)
  },
  replaceAll(what, by) { return replaced('replaceAll', plainText(this), what, by) },
  concat(...parts) {
    let out = plainText(this)
    for (const part of parts) out += $.toText(part)
    return out
  },
  split(by, limit) {
    const text = plainText(this)
    const own = methodOf(by, $['Symbol.split'])
    if (own) return own.call(by, text, limit)
    if (by === undefined) return [text]
    if (isRegExp(by)) return splitBy(text, by, limit)
    if ($.isUnknown(by) || typeof by !== 'string') return $.mixed(text, by)
    if ($.isUnknown(text)) {
      const pieces = knownPieces(text, by)
      return !$.isUnknown(limit) && limit <= pieces.length ? pieces.slice(0, limit) : $.begun(pieces, text)
    }
    const out = []
    if (by === '') {
      for (const c of text) out.push(c)
    } else {
      let rest = text
      for (let at = rest.indexOf(by); at >= 0; at = rest.indexOf(by)) {
        out.push(rest.slice(0, at))
        rest = rest.slice(at + by.length)
      }
      out.push(rest)
    }
    return limit === undefined ? out : out.slice(0, limit)
  },
  match(what) {
    const text = plainText(this)
    const own = methodOf(what, $['Symbol.match'])
    if (own) return own.call(what, text)
    const re = regExpOf(what)
    if (re === undefined) return $.mixed(text, what)
    if (!re.global) return re.exec(text)
    const found = matchesOf(re, text, true)
    if (found === undefined) return $.isSpelledOut(re.source) ? $.mixed() : $.mixed(text)
    return found.length === 0 ? null : found.map(m => m.list[0])
  },
  matchAll(what) {
    const text = plainText(this)
    const own = methodOf(what, $['Symbol.matchAll'])
    if (own) return own.call(what, text)
    const re = regExpOf(what)
    const found = re === undefined ? undefined : matchesOf(re, text, true)
    return found === undefined ? $.mixed(text, what) : listIterator(found.map(m => matchOf(m, text)), 1)
  },
  search(what) {
    const text = plainText(this)
    const own = methodOf(what, $['Symbol.search'])
    if (own) return own.call(what, text)
    const re = regExpOf(what)
    const found = re === undefined ? undefined : matchesOf(re, text, false)
    if (found === undefined) return $.mixed(text)
    return found.length === 0 ? -1 : found[0].index
  },
  toString() { return plainText(this) },
  valueOf() { return plainText(this) },
  anchor() { return $.mixed(plainText(this)) },
})
$.hide(String.prototype, $['Symbol.iterator'], function () { return listIterator([...plainText(this)], 1) })
// What an object of the program's own does instead of a regular expression.
function methodOf(what, symbol) { return isObject(what) && !$.isUnknown(what) && !isRegExp(what) ? what[symbol] : undefined }
function replaced(name, text, what, by) {
  if (isRegExp(what)) {
    const found = matchesOf(what, text, what.global)
    if (found !== undefined) return replacedMatches(text, found, by)
    if ($.takesAll(what.source, what.flags)) {
      if (typeof by === 'function' && !$.isUnknown(by)) return $.mixed(by(text, $.mixed(), $.mixed(), $.mixed()))
      if (typeof by === 'string' && !$.isUnknown(by) && !by.includes('$')) return $.mixed()
    }
  }
  if (typeof what === 'string' && !$.isUnknown(text) && !$.isUnknown(what) && !text.includes(what)) return text
  if (typeof by === 'function') {
    if (typeof what === 'string' && !$.isUnknown(text) && !$.isUnknown(what)) {
      return text.includes(what) ? $.text(name, text, [what, by(what, text.indexOf(what), text)]) : text
    }
    return $.outside([text, by])
  }
  return $.text(name, text, [what, by])
}
function replacedMatches(text, found, by) {
  let out = ''
  let at = 0
  for (let i = 0; i < found.length; i++) {
    const m = found[i]
    out += text.slice(at, m.index)
    if (typeof by === 'function') out += m.groups ? by(...m.list, m.index, text, m.groups) : by(...m.list, m.index, text)
    else out += expanded($.toText(by), m.list)
    at = m.end
  }
  return out + text.slice(at)
}
// `$1` and the like in what is put in.
function expanded(by, list) {
  if ($.isUnknown(by) || !by.includes('$')) return by
  let out = ''
  for (let i = 0; i < by.length; i++) {
    const next = by[i + 1]
    const isGroup = next > '0' && next <= '9'
    if (by[i] !== '$' || !(isGroup || next === '&' || next === '$')) out += by[i]
    else {
      i++
      if (next === '$') out += '$'
      else {
        const part = list[next === '&' ? 0 : $.toNumber(next)]
        if (part !== undefined) out += part
      }
    }
  }
  return out
}
// The first pieces of a text of which the beginning is known.
function knownPieces(text, by) {
  const out = []
  if (by === '') return out
  for (let at = text.indexOf(by); !$.isUnknown(at); at = text.indexOf(by)) {
    out.push(text.slice(0, at))
    text = text.slice(at + by.length)
  }
  return out
}
function splitBy(text, by, limit) {
  const found = matchesOf(by, text, true)
  if (found === undefined) return $.mixed(text)
  const out = []
  let at = 0
  for (let i = 0; i < found.length; i++) {
    const m = found[i]
    if (m.end === m.index && (m.index === 0 || m.index >= text.length)) continue
    out.push(text.slice(at, m.index))
    for (let j = 1; j < m.list.length; j++) out.push(m.list[j])
    at = m.end
  }
  out.push(text.slice(at))
  return limit === undefined ? out : out.slice(0, limit)
}

// Regular expressions.

class RegExp {
  constructor(source, flags) {
    const from = isRegExp(source) ? source[SLOT] : { source: source === undefined ? '(?:)' : $.toText(source), flags: '' }
    $.hide(this, SLOT, { source: from.source, flags: flags === undefined ? from.flags : $.toText(flags) })
    $.hide(this, 'lastIndex', 0)
  }
  get source() { return this[SLOT].source }
  get flags() { return this[SLOT].flags }
  get global() { return this[SLOT].flags.includes('g') }
  get ignoreCase() { return this[SLOT].flags.includes('i') }
  get multiline() { return this[SLOT].flags.includes('m') }
  get dotAll() { return this[SLOT].flags.includes('s') }
  get unicode() { return this[SLOT].flags.includes('u') }
  get sticky() { return this[SLOT].flags.includes('y') }
  exec(value) {
    const text = $.toText(value)
    const isMoving = this.global
    const found = $.match(this.source, this.flags, text, isMoving ? this.lastIndex : 0)
    if ($.isUnknown(found)) return isMoving || !$.isSpelledOut(this.source) ? found : spelledOut(text)
    if (isMoving) this.lastIndex = found === null ? 0 : found.end
    return found === null ? null : matchOf(found, text)
  }
  test(value) {
    const text = $.toText(value)
    if ($.isUnknown(text)) return this.global ? $.maybe() : $.question(this.source, this.flags, text)
    const found = this.exec(text)
    return $.isUnknown(found) ? $.maybe() : found !== null
  }
  toString() { return '/' + this.source + '/' + this.flags }
}
// A class that makes its objects where it is called without `new`, too.
function callable(maker) {
  const made = { [maker.name]: function (...args) { return $.construct(maker, args, new.target || made) } }[maker.name]
  $.hide(made, 'prototype', maker.prototype)
  $.hide(maker.prototype, 'constructor', made)
  return made
}
// A match of an expression that says itself what it finds.
function spelledOut(text) {
  if ($.choose(2) === 1) return null
  const part = () => $.mixed()
  return matchOf({ list: Array.from({ length: 10 }, part), index: part(), groups: part() }, text)
}
RegExp = callable(RegExp)
function isRegExp(value) { return $.kind(value) === 'object' && value instanceof RegExp }
function regExpOf(what) {
  if ($.isUnknown(what)) return undefined
  return isRegExp(what) ? what : new RegExp(what)
}
function matchOf(found, text) {
  const out = found.list
  $.hide(out, 'index', found.index)
  $.hide(out, 'input', text)
  $.hide(out, 'groups', found.groups)
  return out
}
// All matches, or the first; undefined where they are not known.
function matchesOf(re, text, isAll) {
  const out = []
  let at = 0
  for (;;) {
    const found = $.match(re.source, re.flags, text, at)
    if ($.isUnknown(found)) return undefined
    if (found === null) return out
    out.push(found)
    at = found.end > found.index ? found.end : found.end + 1
    if (!isAll || at > text.length) return out
  }
}

String.raw = function (strings, ...values) {
  let out = ''
  for (let i = 0; i < strings.raw.length; i++) {
    out += strings.raw[i]
    if (i + 1 < strings.raw.length && i < values.length) out += $.toText(values[i])
  }
  return out
}
String.fromCharCode = (...codes) => $.mixed(...codes)
String.fromCodePoint = (...codes) => $.mixed(...codes)

function Number(value) {
  const number = arguments.length === 0 ? 0 : $.toNumber(value)
  if (!new.target) return number
  $.hide(this, SLOT, number)
}
function plainNumber(value) {
  return isObject(value) && !$.isUnknown(value) && $.hasOwn(value, SLOT) ? value[SLOT] : value
}
methods(Number.prototype, {
  toString(radix) { return radix === undefined || radix === 10 ? $.toText(plainNumber(this)) : $.mixed(plainNumber(this)) },
  toFixed() { return $.mixed(plainNumber(this)) },
  toPrecision() { return $.mixed(plainNumber(this)) },
  toExponential() { return $.mixed(plainNumber(this)) },
  toLocaleString() { return $.mixed(plainNumber(this)) },
  valueOf() { return plainNumber(this) },
})
methods(Number, {
  isInteger(value) { return $.isUnknown(value) ? $.maybe() : typeof value === 'number' && Math.floor(value) === value },
  isSafeInteger(value) { return Number.isInteger(value) },
  isFinite(value) { return $.isUnknown(value) ? $.maybe() : typeof value === 'number' && value - value === 0 },
  isNaN(value) { return $.isUnknown(value) ? $.maybe() : value !== value },
  parseInt(text, radix) { return $.parseInt($.toText(text), radix) },
  parseFloat(text) { return $.parseFloat($.toText(text)) },
})
Number.MAX_SAFE_INTEGER = 9007199254740991
Number.MIN_SAFE_INTEGER = -9007199254740991
Number.EPSILON = 2.220446049250313e-16
Number.MAX_VALUE = 1.7976931348623157e308
Number.POSITIVE_INFINITY = 1 / 0
Number.NEGATIVE_INFINITY = -1 / 0
function BigInt(value) { return $.toNumber(value) }
function Boolean(value) {
  if (!new.target) return !!value
  $.hide(this, SLOT, !!value)
}
methods(Boolean.prototype, {
  toString() { return $.toText(plainNumber(this)) },
  valueOf() { return plainNumber(this) },
})
const known = {}
function Symbol(text) { return $.symbol(text === undefined ? undefined : $.toText(text)) }
methods(Symbol, {
  for(text) { return $.hasOwn(known, text) ? known[text] : (known[text] = $.symbol($.toText(text))) },
  iterator: $['Symbol.iterator'],
  asyncIterator: $['Symbol.asyncIterator'],
  hasInstance: $['Symbol.hasInstance'],
  toPrimitive: $['Symbol.toPrimitive'],
  toStringTag: $['Symbol.toStringTag'],
  replace: $['Symbol.replace'],
  split: $['Symbol.split'],
  match: $['Symbol.match'],
  matchAll: $['Symbol.matchAll'],
  search: $['Symbol.search'],
  species: $['Symbol.species'],
  unscopables: $['Symbol.unscopables'],
  isConcatSpreadable: $['Symbol.isConcatSpreadable'],
})
methods(Symbol.prototype, {
  toString() { return 'Symbol(' + $.symbolText(this) + ')' },
  valueOf() { return this },
})
$.define(Symbol.prototype, 'description', { get() { return $.symbolText(this) } })

const Math = { PI: 3.141592653589793, E: 2.718281828459045, random: () => $.maybe() }
for (const name of ['floor', 'ceil', 'round', 'trunc', 'abs', 'sign', 'sqrt', 'pow', 'max', 'min', 'log', 'log2',
  'log10', 'exp', 'sin', 'cos', 'tan', 'atan', 'atan2', 'cbrt', 'hypot', 'fround', 'imul', 'clz32']) {
  Math[name] = (...args) => $.math(name, args)
}

class Error {
  constructor(message, options) {
    if (message !== undefined) $.hide(this, 'message', $.toText(message))
    if (options !== undefined && $.kind(options) === 'object' && $.hasOwn(options, 'cause')) $.hide(this, 'cause', options.cause)
    $.hide(this, 'stack', message === undefined ? 'Error' : 'Error: ' + $.toText(message))
  }
  toString() { return this.message ? this.name + ': ' + this.message : this.name }
  static captureStackTrace() {}
}
$.adopt(Error, $.errorObject)
$.hide(Error.prototype, 'message', '')
$.hide(Error.prototype, 'name', 'Error')
const rawError = Error
Error = function Error(...args) { return $.construct(rawError, args, new.target || Error) }
$.hide(Error, 'prototype', $.errorObject)
$.hide($.errorObject, 'constructor', Error)
Error.captureStackTrace = () => {}
function errorClass(name) {
  const made = { [name]: function (...args) { return $.construct(rawError, args, new.target || made) } }[name]
  $.setProto(made, Error)
  $.hide(made, 'prototype', $.setProto({}, Error.prototype))
  $.hide(made.prototype, 'name', name)
  $.hide(made.prototype, 'constructor', made)
  return made
}
const TypeError = errorClass('TypeError')
const RangeError = errorClass('RangeError')
const SyntaxError = errorClass('SyntaxError')
const ReferenceError = errorClass('ReferenceError')
const EvalError = errorClass('EvalError')
const URIError = errorClass('URIError')
class AggregateError extends Error {
  constructor(errors, message) {
    super(message)
    this.errors = [...errors]
  }
}
AggregateError = callable(AggregateError)

const JSON = {
  stringify(value, replacer, indent) {
    if (indent !== undefined && $.isUnknown(indent)) return $.mixed(JSON.stringify(value, replacer), indent)
    if ($.isUnknown(value)) return replacer ? $.outside([value, replacer]) : $.mixed(value)
    const holder = { '': value }
    const copy = jsonValue(holder, '', replacer)
    return copy === undefined || typeof copy === 'function' ? undefined : $.json(copy)
  },
  parse(text, reviver) {
    const found = $.jsonOf(text)
    let value
    if (found !== undefined) value = jsonCopy(found[0])
    else if (typeof text === 'string' && !$.isUnknown(text)) {
      value = $.parseJson(text)
      if (value === undefined) throw new SyntaxError('no JSON')
    } else {
      $.maybeThrow(text)
      value = $.mixed(text)
      return reviver ? $.outside([value, reviver]) : value
    }
    return reviver ? revived({ '': value }, '', reviver) : value
  },
}
function jsonValue(holder, key, replacer) {
  let value = holder[key]
  if (isObject(value) && !$.isUnknown(value) && typeof value.toJSON === 'function') value = value.toJSON(key)
  if (typeof replacer === 'function') value = replacer.call(holder, key, value)
  const kind = $.kind(value)
  if (kind === 'function' || typeof value === 'symbol') return undefined
  if (kind === 'unknown' || kind === 'nothing' || kind === 'constant') return value
  if (kind === 'array') {
    const out = []
    for (let i = 0; i < value.length; i++) out[i] = jsonValue(value, '' + i, replacer)
    return out
  }
  const wrapped = $.hasOwn(value, SLOT) ? value[SLOT] : undefined
  if (wrapped !== undefined && $.kind(wrapped) === 'constant') return wrapped
  const out = {}
  const names = $.kind(replacer) === 'array' ? replacer : Object.keys(value)
  for (const name of names) {
    const item = jsonValue(value, name, replacer)
    if (item !== undefined) out[name] = item
  }
  $.smear(out, $.smearOf(value))
  return out
}
function jsonCopy(value) {
  const kind = $.kind(value)
  if (kind === 'array') return value.map(jsonCopy)
  if (kind !== 'object') return value
  const out = {}
  for (const name of Object.keys(value)) out[name] = jsonCopy(value[name])
  $.smear(out, $.smearOf(value))
  return out
}
function revived(holder, key, reviver) {
  const value = holder[key]
  const kind = $.kind(value)
  if (kind === 'array' || kind === 'object') {
    for (const name of Object.keys(value)) {
      const item = revived(value, name, reviver)
      if (item === undefined) delete value[name]
      else value[name] = item
    }
  }
  return reviver.call(holder, key, value)
}

const Reflect = {
  get(target, key, receiver) { return arguments.length > 2 ? $.get(target, key, receiver) : $.get(target, key) },
  set(target, key, value, receiver) { return arguments.length > 3 ? $.set(target, key, value, receiver) : $.set(target, key, value) },
  has(target, key) { return $.has(target, key) },
  apply(f, self, args) { return $.apply(f, self, listOf(args)) },
  construct(f, args, target) { return $.construct(f, listOf(args), target === undefined ? f : target) },
  ownKeys(target) { return $.ownKeys(target) },
  deleteProperty(target, key) { return $.deleteKey(target, key) },
  defineProperty(target, key, how) { $.define(target, key, how); return true },
  getOwnPropertyDescriptor(target, key) { return $.describe(target, key) },
  getPrototypeOf(target) { return $.proto(target) },
  setPrototypeOf(target, proto) { $.setProto(target, proto); return true },
  isExtensible(target) { return !$.isFrozen(target) },
  preventExtensions() { return true },
}
function Proxy(target, handler) { return $.proxy(target, handler) }
// All that is done to a proxy asks its handler first, which answers no more once it is revoked.
Proxy.revocable = (target, handler) => {
  let isRevoked = false
  const watched = $.proxy(handler, {
    get(of, key) {
      if (isRevoked) throw new TypeError('Cannot perform an operation on a proxy that has been revoked')
      return of[key]
    },
  })
  return { proxy: $.proxy(target, watched), revoke() { isRevoked = true } }
}

function structuredClone(value) { return cloned(value, []) }
function cloned(value, seen) {
  const kind = $.kind(value)
  if (kind !== 'array' && kind !== 'object' && kind !== 'error') return value
  for (const pair of seen) if (pair[0] === value) return pair[1]
  if (value instanceof Map) return new Map([...value].map(entry => [cloned(entry[0], seen), cloned(entry[1], seen)]))
  if (value instanceof Set) return new Set([...value].map(item => cloned(item, seen)))
  const out = kind === 'array' ? [] : kind === 'error' ? new Error(value.message) : {}
  seen.push([value, out])
  for (const name of Object.keys(value)) out[name] = cloned(value[name], seen)
  $.smear(out, $.smearOf(value))
  return out
}

function delay(value) { return typeof value === 'number' && !$.isUnknown(value) ? value : 0 }
function later(f, ms, isRepeated, args) {
  if (typeof f === 'function' && !$.isUnknown(f)) return $.timer(f, delay(ms), isRepeated, args)
  return $.outside([f, ...args])
}
function setTimeout(f, ms, ...args) { return later(f, ms, false, args) }
function setInterval(f, ms, ...args) { return later(f, ms, true, args) }
function setImmediate(f, ...args) { return later(f, 0, false, args) }
function requestAnimationFrame(f) { return later(f, 16, false, [0]) }
function queueMicrotask(f) { $.microtask(f) }
function clearTimeout(id) { $.clearTimer(id) }
const clearInterval = clearTimeout, clearImmediate = clearTimeout, cancelAnimationFrame = clearTimeout

const parseInt = Number.parseInt, parseFloat = Number.parseFloat
function isNaN(value) { const n = $.toNumber(value); return $.isUnknown(n) ? $.maybe() : n !== n }
function isFinite(value) { const n = $.toNumber(value); return $.isUnknown(n) ? $.maybe() : n - n === 0 }

// Decorators, the last first.
function decorate(decorators, target, key) {
  let how = $.describe(target, key)
  for (let i = decorators.length - 1; i >= 0; i--) {
    const other = decorators[i](target, key, how)
    if (isObject(other)) how = other
  }
  if (how) $.define(target, key, how)
}
function decorateClass(decorators, made) {
  for (let i = decorators.length - 1; i >= 0; i--) {
    const other = decorators[i](made)
    if (isObject(other)) made = other
  }
  return made
}

// Packages that come with node.
const LISTENERS = $.symbol('%listeners')
function EventEmitter() {}
function listenersOf(emitter) {
  if (!$.hasOwn(emitter, LISTENERS)) $.hide(emitter, LISTENERS, [])
  return emitter[LISTENERS]
}
function listen(emitter, name, f, isOnce, isFirst) {
  const list = listenersOf(emitter)
  if (isFirst) list.unshift({ name, f, isOnce })
  else list.push({ name, f, isOnce })
  return emitter
}
methods(EventEmitter.prototype, {
  on(name, f) { return listen(this, name, f, false, false) },
  addListener(name, f) { return listen(this, name, f, false, false) },
  once(name, f) { return listen(this, name, f, true, false) },
  prependListener(name, f) { return listen(this, name, f, false, true) },
  prependOnceListener(name, f) { return listen(this, name, f, true, true) },
  off(name, f) {
    const list = listenersOf(this)
    for (let i = list.length - 1; i >= 0; i--) {
      if (list[i].name === name && list[i].f === f) {
        list.splice(i, 1)
        break
      }
    }
    return this
  },
  removeListener(name, f) { return this.off(name, f) },
  removeAllListeners(name) {
    const all = arguments.length === 0
    $.hide(this, LISTENERS, listenersOf(this).filter(item => !all && item.name !== name))
    return this
  },
  emit(name, ...args) {
    let isHeard = false
    for (const item of [...listenersOf(this)]) {
      if (item.name !== name) continue
      isHeard = true
      if (item.isOnce) this.off(name, item.f)
      $.apply(item.f, this, args)
    }
    if (!isHeard && name === 'error') throw args[0]
    return isHeard
  },
  listeners(name) { return listenersOf(this).filter(item => item.name === name).map(item => item.f) },
  listenerCount(name) { return this.listeners(name).length },
  eventNames() { return [...new Set(listenersOf(this).map(item => item.name))] },
  setMaxListeners() { return this },
  getMaxListeners() { return 10 },
})
EventEmitter.EventEmitter = EventEmitter
EventEmitter.once = (emitter, name) => {
  if ($.isUnknown(emitter)) return $.outside([emitter])
  return new Promise(resolve => emitter.once(name, (...args) => resolve(args)))
}
EventEmitter.default = EventEmitter

const util = {
  promisify(f) {
    if ($.isUnknown(f)) return $.outside([f])
    return function (...args) {
      return new Promise((resolve, reject) => {
        $.apply(f, this, [...args, (error, value) => (error ? reject(error) : resolve(value))])
      })
    }
  },
  callbackify(f) {
    if ($.isUnknown(f)) return $.outside([f])
    return function (...args) {
      const told = args.pop()
      $.apply(f, this, args).then(value => told(null, value), error => told(error))
    }
  },
  inherits(made, base) { $.setProto(made.prototype, base.prototype) },
  deprecate(f) { return f },
  format(...parts) { return $.mixed(...parts) },
  inspect(value) { return $.mixed(value) },
}
util.default = util
const packages = { events: EventEmitter, util }

// Other writings of a text: an object is asked for its own.
for (const name of ['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'escape', 'unescape', 'btoa', 'atob']) {
  $.hide($.globalObject, name, value => $.mixed($.toText(value)))
}
methods($.globalObject, {
  Object, Function, Array, Iterator, Promise, Map, Set, WeakMap, WeakSet, WeakRef, String, Number, BigInt, Boolean,
  Symbol, RegExp, Math, Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError, JSON,
  Reflect, Proxy, structuredClone, setTimeout, setInterval, setImmediate, requestAnimationFrame, queueMicrotask,
  clearTimeout, clearInterval, clearImmediate, cancelAnimationFrame, parseInt, parseFloat, isNaN, isFinite,
})
