// Targets of events, and what tells that something is to stop.
// A member that is not here ends the run; what holds unknown values is from outside.

class Event {
  constructor(type, options) {
    $.hide(this, 'type', type)
    $.hide(this, 'defaultPrevented', false)
    if (options && 'detail' in options) $.hide(this, 'detail', options.detail)
  }
  preventDefault() { this.defaultPrevented = true }
  stopPropagation() {}
  stopImmediatePropagation() { $.hide(this, STOPPED, true) }
}
class CustomEvent extends Event {}
const STOPPED = $.symbol('%stopped')
class EventTarget {
  addEventListener(type, f, options) {
    const isThere = listenersOf(this).some(item => item.name === type && item.f === f)
    if (f && !isThere) listen(this, type, f, typeof options === 'object' && options.once, false)
  }
  removeEventListener(type, f) { EventEmitter.prototype.off.call(this, type, f) }
  dispatchEvent(event) {
    $.hide(event, 'target', this)
    $.hide(event, 'currentTarget', this)
    for (const item of [...listenersOf(this)]) {
      if (item.name !== event.type || event[STOPPED]) continue
      if (item.isOnce) this.removeEventListener(item.name, item.f)
      if (typeof item.f === 'function') $.apply(item.f, this, [event])
      else item.f.handleEvent(event)
    }
    const own = this['on' + event.type]
    if (typeof own === 'function') $.apply(own, this, [event])
    return !event.defaultPrevented
  }
}
class AbortSignal extends EventTarget {
  constructor() {
    super()
    $.hide(this, 'aborted', false)
    $.hide(this, 'reason', undefined)
  }
  throwIfAborted() { if (this.aborted) throw this.reason }
  static timeout(delay) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('The operation timed out')), delay)
    return controller.signal
  }
  static any(signals) {
    const controller = new AbortController()
    for (const signal of signals) {
      if (signal.aborted) return AbortSignal.abort(signal.reason)
      signal.addEventListener('abort', () => controller.abort(signal.reason))
    }
    return controller.signal
  }
  static abort(reason) {
    const controller = new AbortController()
    controller.abort(reason)
    return controller.signal
  }
}
class AbortController {
  constructor() { $.hide(this, 'signal', new AbortSignal()) }
  abort(reason) {
    if (this.signal.aborted) return
    this.signal.aborted = true
    this.signal.reason = reason === undefined ? new Error('This operation was aborted') : reason
    this.signal.dispatchEvent(new Event('abort'))
  }
}

methods($.globalObject, { Event, CustomEvent, EventTarget, AbortController, AbortSignal })
