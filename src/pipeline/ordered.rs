//! Batches worked on by several threads, results in the order of the batches.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crossbeam_channel::{bounded, select, unbounded};

/// Calls `work` on every batch, on the threads of `pool`, and `take` on every result, here and in the order of the batches.
///
/// At most `in_flight` batches exist at any moment between `batches` and `take`, whichever of the three is the slowest; so memory
/// is bounded by them. `batches` is drawn from on a thread of its own. When `take` breaks, no further batch is drawn.
///
/// # Panics
/// If `batches` or `work` panics.
pub fn ordered<B: Send, R: Send>(
    batches: impl Iterator<Item = B> + Send,
    pool: &rayon::ThreadPool,
    in_flight: usize,
    work: impl Fn(B) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<()>,
) {
    let in_flight = in_flight.max(1);
    let (batch_out, batch_in) = bounded::<B>(1);
    let (result_out, result_in) = unbounded::<(u64, std::thread::Result<R>)>();
    std::thread::scope(|threads| {
        let reader = threads.spawn(move || {
            for batch in batches {
                if batch_out.send(batch).is_err() {
                    return;
                }
            }
        });
        let work = &work;
        pool.in_place_scope(|tasks| {
            let mut waiting: BTreeMap<u64, R> = BTreeMap::new();
            let (mut sent, mut taken) = (0u64, 0u64);
            let mut open = true;
            let never = crossbeam_channel::never::<B>();
            while open || taken < sent {
                let room = open && sent - taken < in_flight as u64;
                select! {
                    recv(if room { &batch_in } else { &never }) -> batch => match batch {
                        Ok(batch) => {
                            let (number, results) = (sent, result_out.clone());
                            sent += 1;
                            tasks.spawn(move |_| {
                                // A panic is a result too, or `take` would wait for it for ever.
                                let result = catch_unwind(AssertUnwindSafe(|| work(batch)));
                                // The receiver goes away only when `take` broke.
                                let _ = results.send((number, result));
                            });
                        }
                        Err(_) => open = false,
                    },
                    recv(result_in) -> result => {
                        let (number, result) = result.expect("this thread keeps a sender");
                        waiting.insert(number, result.unwrap_or_else(|panic| resume_unwind(panic)));
                    }
                }
                while let Some(result) = waiting.remove(&taken) {
                    taken += 1;
                    if take(result).is_break() {
                        drop(batch_in);
                        return;
                    }
                }
            }
        });
        if let Err(panic) = reader.join() {
            resume_unwind(panic);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a few threads")
    }

    #[test]
    fn keeps_the_order_and_the_bound() {
        for threads in [1, 3] {
            let (alive, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let batches = (0..200u64).inspect(|_| {
                most.fetch_max(alive.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            });
            let mut seen = Vec::new();
            let work = |number: u64| {
                std::thread::sleep(std::time::Duration::from_micros(number % 7 * 50));
                number * 2
            };
            ordered(batches, &pool(threads), 5, work, |double| {
                alive.fetch_sub(1, Ordering::SeqCst);
                seen.push(double);
                ControlFlow::Continue(())
            });
            assert_eq!(seen, (0..200).map(|number| number * 2).collect::<Vec<u64>>());
            // Five in flight, one in the channel, one in the reader's hands.
            assert!(most.load(Ordering::SeqCst) <= 7, "{most:?}");
        }
    }

    #[test]
    fn a_panic_in_the_work_ends_it() {
        let work = |number: u32| if number == 7 { panic!("of the test") } else { number };
        let run = || ordered(0.., &pool(2), 4, work, |_| ControlFlow::Continue(()));
        assert!(std::panic::catch_unwind(AssertUnwindSafe(run)).is_err());
    }

    #[test]
    fn stops_when_told() {
        let mut seen = 0;
        ordered(
            0..,
            &pool(2),
            4,
            |number: u32| number,
            |_| {
                seen += 1;
                if seen == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(seen, 10);
    }
}
