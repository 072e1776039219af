//! Programs wait for each other where they are large: what is analysed at once is bounded in memory.
//! Knows sizes only, and nothing of programs.

use std::sync::{Condvar, Mutex};

/// Lets so many bytes of source in at a time.
#[derive(Debug)]
pub struct Gate {
    limit: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

/// Stands for bytes that are in.
#[derive(Debug)]
pub struct Permit<'g> {
    gate: &'g Gate,
    bytes: usize,
}

impl Gate {
    /// A gate for `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, used: Mutex::new(0), freed: Condvar::new() }
    }

    /// Waits until there is room. The error is a reason for the user: there will never be.
    pub fn admit(&self, bytes: usize) -> Result<Permit<'_>, String> {
        if self.limit < bytes {
            return Err(format!("{bytes} bytes of source, more than the {} of a batch; scan it by itself", self.limit));
        }
        let mut used = self.used.lock().map_err(|error| error.to_string())?;
        while self.limit < *used + bytes {
            used = self.freed.wait(used).map_err(|error| error.to_string())?;
        }
        *used += bytes;
        Ok(Permit { gate: self, bytes })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Ok(mut used) = self.gate.used.lock() {
            *used -= self.bytes;
        }
        self.gate.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_is_in_than_there_is_room_for() {
        let gate = Gate::new(10);
        let inside = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for bytes in [10, 3, 7, 5, 5, 1, 9, 0, 10] {
                let (gate, inside) = (&gate, &inside);
                scope.spawn(move || {
                    let permit = gate.admit(bytes).unwrap();
                    assert!(inside.fetch_add(bytes, Ordering::SeqCst) + bytes <= 10);
                    std::thread::yield_now();
                    inside.fetch_sub(bytes, Ordering::SeqCst);
                    drop(permit);
                });
            }
        });
        assert!(gate.admit(11).unwrap_err().contains("11 bytes"));
    }
}
