use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use crate::job::Watch;

/// Shows how far a run is, on standard error, until it is dropped.
pub(super) struct Progress {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// * `read`, `total`: bytes of the input drawn so far, and in all where known.
    pub(super) fn start(watch: Arc<Watch>, read: Arc<AtomicU64>, total: Option<u64>) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        if !std::io::stderr().is_terminal() {
            return Progress { done, thread: None };
        }
        let until = done.clone();
        let thread = std::thread::spawn(move || show(&watch, &read, total, &until));
        Progress { done, thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn show(watch: &Watch, read: &AtomicU64, total: Option<u64>, done: &AtomicBool) {
    let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
    let template = if total.is_some() { "{bar:24} {percent:>3} %  {msg}" } else { "{spinner} {msg}" };
    bar.set_style(ProgressStyle::with_template(template).expect("a sound template"));
    let start = Instant::now();
    let first = watch.entries.load(Ordering::Relaxed);
    while !done.load(Ordering::Relaxed) {
        let seconds = start.elapsed().as_secs_f64().max(0.001);
        let (entries, rejected) = (watch.entries.load(Ordering::Relaxed), watch.rejected.load(Ordering::Relaxed));
        let megabytes = watch.bytes.load(Ordering::Relaxed) as f64 / 1e6;
        let position = read.load(Ordering::Relaxed);
        let left = total.filter(|_| position > 0 && seconds > 1.0).map(|total| {
            let left = total.saturating_sub(position) as f64 * seconds / position as f64;
            format!(", {} left", HumanDuration(Duration::from_secs_f64(left)))
        });
        bar.set_position(position);
        bar.set_message(format!(
            "{entries} documents, {:.0}/s, {:.1} MB/s, {rejected} rejected{}",
            (entries - first) as f64 / seconds,
            megabytes / seconds,
            left.unwrap_or_default(),
        ));
        std::thread::sleep(Duration::from_millis(200));
    }
    bar.finish_and_clear();
}
