//! `try`, `catch` and `finally`: errors go to handlers, and control passes finalizers on every way out.

use swc_common::Spanned;
use swc_ecma_ast::{BlockStmt, TryStmt};

use super::super::{BlockId, Instr, Range, Try, Val};
use super::{Lowerer, range_of};

/// Where an error goes inside `try`.
#[derive(Clone, Copy)]
pub(super) struct Handler {
    pub(super) caught: Val,
    block: BlockId,
}

/// What runs before control leaves `try`.
#[derive(Clone, Copy)]
pub(super) struct Finalizer<'a> {
    code: &'a BlockStmt,
    /// Where it stands for errors.
    on_error: BlockId,
    /// Handlers and jump targets around the `try`.
    n_handlers: usize,
    n_jumps: usize,
}

/// Copies of finalizers in one function; ways out beyond share the one for errors.
const MAX_COPIES: u32 = 100;

impl<'a> Lowerer<'a> {
    pub(super) fn try_statement(&mut self, statement: &'a TryStmt) {
        let at = range_of(statement.span);
        let finalized = statement.finalizer.as_ref().map(|code| (code, self.begin_finalized(code, at)));
        let after = self.cx.builder.block();
        if let (Some(code), Some((_, handler))) = (&statement.finalizer, finalized) {
            let tried = Range { end: range_of(code.span).start, ..at };
            self.cx.builder.function.tries.push(Try { code: tried, caught: handler.caught, handler: None });
        }
        if let Some(clause) = &statement.handler {
            let handler = self.handler_at(at);
            self.cx.handlers.push(handler);
            let code = range_of(statement.block.span);
            self.cx.builder.function.tries.push(Try { code, caught: handler.caught, handler: Some(handler.block) });
            self.lower_body(&statement.block.stmts);
            self.cx.handlers.pop();
            self.cx.builder.link(self.cx.builder.current, after);
            self.cx.builder.current = handler.block;
            if let Some(param) = &clause.param {
                self.assign_pattern(param, handler.caught, Range::default());
            }
            self.lower_body(&clause.body.stmts);
        } else {
            self.lower_body(&statement.block.stmts);
        }
        self.cx.builder.go(after);
        if let Some((code, handler)) = finalized {
            self.cx.finalizers.pop();
            self.cx.handlers.pop();
            self.lower_body(&code.stmts);
            let after = self.cx.builder.current;
            self.cx.builder.current = handler.block;
            self.lower_body(&code.stmts);
            self.rethrow(handler.caught, range_of(code.span()));
            self.cx.builder.current = after;
        }
    }

    fn begin_finalized(&mut self, code: &'a BlockStmt, at: Range) -> Handler {
        let handler = self.handler_at(at);
        let finalizer = Finalizer {
            code,
            on_error: handler.block,
            n_handlers: self.cx.handlers.len(),
            n_jumps: self.cx.jumps.len(),
        };
        self.cx.handlers.push(handler);
        self.cx.finalizers.push(finalizer);
        handler
    }

    fn handler_at(&mut self, at: Range) -> Handler {
        Handler { caught: self.cx.builder.value(at), block: self.cx.builder.block() }
    }

    /// Throws `val`: control ends here.
    pub(super) fn rethrow(&mut self, val: Val, at: Range) {
        let handler = self.handler();
        self.push(Instr::Throw { handler, val }, at);
        self.may_throw();
        self.cx.builder.stop_with_error();
    }

    /// Control leaves all `try` but the `n_kept` outermost: their finalizers run, innermost first.
    pub(super) fn run_finalizers(&mut self, n_kept: usize) {
        let finalizers = self.cx.finalizers.clone();
        let handlers = self.cx.handlers.clone();
        for (at, finalizer) in finalizers.iter().enumerate().skip(n_kept).rev() {
            self.cx.n_copies += 1;
            if self.cx.n_copies > MAX_COPIES {
                self.cx.builder.link(self.cx.builder.current, finalizer.on_error);
                break;
            }
            self.cx.finalizers.truncate(at);
            self.cx.handlers.truncate(finalizer.n_handlers);
            let inner = self.cx.jumps.split_off(finalizer.n_jumps);
            self.lower_body(&finalizer.code.stmts);
            self.cx.jumps.extend(inner);
        }
        self.cx.finalizers = finalizers;
        self.cx.handlers = handlers;
    }

    /// What was done so far is what a handler around sees if the next instruction throws.
    pub(super) fn may_throw(&mut self) {
        if let Some(handler) = self.cx.handlers.last().copied() {
            self.cx.builder.link(self.cx.builder.current, handler.block);
            let next = self.cx.builder.block();
            self.cx.builder.go(next);
        }
    }
}
