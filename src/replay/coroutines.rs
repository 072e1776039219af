//! Code that stops and goes on: generators and async functions are futures that are polled by hand.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::machine::{Abrupt, Fut, Machine, Outcome};
use super::value::Value;

/// Code that stops and goes on.
pub(super) struct Coroutine<'a> {
    future: Option<Fut<'a, Value>>,
    is_started: bool,
    /// What it hands out as it stops, and whether it waits for it.
    signal: Option<(Signal, Value)>,
    resume: Option<Resume>,
    /// `try` blocks of its own around the place where it stopped.
    guarded: u32,
}

/// Why a coroutine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Yield,
    Await,
    Done,
}

/// How it goes on.
#[derive(Clone, Debug)]
pub(super) enum Resume {
    Next(Value),
    Throw(Value),
    Return(Value),
}

impl<'a> Coroutine<'a> {
    pub(super) fn new(future: Fut<'a, Value>) -> Self {
        Self { future: Some(future), is_started: false, signal: None, resume: None, guarded: 0 }
    }
}

/// Stops the innermost coroutine.
struct Suspend<'f, 'a> {
    machine: &'f Machine<'a>,
    handed: Option<(Signal, Value)>,
}

impl Future for Suspend<'_, '_> {
    type Output = Outcome<Value>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(at) = self.machine.running.borrow().last().copied() else {
            return Poll::Ready(Err(Abrupt::Stop("waits outside of a coroutine")));
        };
        if let Some(handed) = self.handed.take() {
            self.machine.coroutines.borrow_mut()[at].signal = Some(handed);
            return Poll::Pending;
        }
        let resume = self.machine.coroutines.borrow_mut()[at].resume.take();
        Poll::Ready(match resume {
            Some(Resume::Next(value)) => Ok(value),
            Some(Resume::Throw(value)) => Err(Abrupt::Throw(value)),
            Some(Resume::Return(value)) => Err(Abrupt::Return(value)),
            None => Err(Abrupt::Stop("nothing to go on with")),
        })
    }
}

impl<'a> Machine<'a> {
    pub(super) fn add_coroutine(&self, coroutine: Coroutine<'a>) -> usize {
        let mut coroutines = self.coroutines.borrow_mut();
        coroutines.push(coroutine);
        coroutines.len() - 1
    }

    /// Hands a value out and waits for the answer.
    pub(super) async fn suspend(&self, signal: Signal, value: Value) -> Outcome<Value> {
        Suspend { machine: self, handed: Some((signal, value)) }.await
    }

    /// Lets a coroutine go on until it stops again. What an async one throws gets to nobody at once.
    pub(super) fn resume(&self, at: usize, resume: Resume, is_async: bool) -> Outcome<(Signal, Value)> {
        self.touch(0);
        let (future, is_started) = {
            let mut coroutines = self.coroutines.borrow_mut();
            let coroutine = &mut coroutines[at];
            let is_started = std::mem::replace(&mut coroutine.is_started, true);
            (coroutine.future.take(), is_started)
        };
        let Some(mut future) = future else {
            return match resume {
                Resume::Throw(value) => Err(Abrupt::Throw(value)),
                Resume::Return(value) => Ok((Signal::Done, value)),
                Resume::Next(_) => Ok((Signal::Done, Value::Undefined)),
            };
        };
        if !is_started {
            match resume {
                Resume::Throw(value) => return Err(Abrupt::Throw(value)),
                Resume::Return(value) => return Ok((Signal::Done, value)),
                Resume::Next(_) => {}
            }
        }
        let own = {
            let mut coroutines = self.coroutines.borrow_mut();
            coroutines[at].resume = Some(resume);
            coroutines[at].guarded
        };
        let (depth, guarded) = (self.depth.get(), self.guarded.get());
        self.enter()?;
        let base = if is_async { 0 } else { guarded };
        self.guarded.set(base + own);
        self.running.borrow_mut().push(at);
        let end = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        self.running.borrow_mut().pop();
        self.touch(0);
        let own = self.guarded.replace(guarded).saturating_sub(base);
        self.coroutines.borrow_mut()[at].guarded = own;
        self.depth.set(depth);
        match end {
            Poll::Ready(Ok(value)) => Ok((Signal::Done, value)),
            Poll::Ready(Err(Abrupt::Return(value))) => Ok((Signal::Done, value)),
            Poll::Ready(Err(other)) => Err(other),
            Poll::Pending => {
                let mut coroutines = self.coroutines.borrow_mut();
                coroutines[at].future = Some(future);
                coroutines[at].signal.take().ok_or(Abrupt::Stop("stopped without a reason"))
            }
        }
    }
}
