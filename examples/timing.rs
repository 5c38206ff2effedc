#![allow(clippy::print_stdout)]
//! Development aid: microseconds per 2,000-character report, by stage, on one core.
use std::hint::black_box;
use std::time::{Duration, Instant};

use estompe::detect::{DictionaryDetector, Findings, KnownDetector, PatternDetector, check, closure};
use estompe::lexicon::{Catalogue, Words};
use estompe::resolve::resolve;
use estompe::text::{Document, markup};

fn main() {
    let start = Instant::now();
    let catalogue = Catalogue::embedded(&check::names()).expect("sound files");
    println!("catalogue {:?}", start.elapsed());
    let patterns = PatternDetector::new(&catalogue);
    println!("patterns  {:?} {patterns:?}", start.elapsed());
    let words = Words::embedded();
    let dictionary = DictionaryDetector::new(words.clone(), catalogue.clone());
    let known = KnownDetector::new(words.clone(), catalogue);
    println!("ready     {:?}", start.elapsed());
    let mut reports = Vec::new();
    for path in std::env::args().skip(1) {
        let gold = markup::parse(&std::fs::read_to_string(path).expect("read")).expect("sound markup");
        let chars: Vec<char> = gold.text.chars().collect();
        reports.extend(chars.chunks(2000).filter(|part| part.len() > 1000).map(|part| part.iter().collect::<String>()));
    }
    // The least of several rounds: other people's work on the machine is not ours.
    let mut least = vec![[Duration::MAX; 7]; reports.len()];
    for _ in 0..8 {
        for (report, least) in reports.iter().zip(&mut least) {
            let doc = Document::new("d", report.clone());
            let mut marks = vec![Instant::now()];
            let mut lap = || marks.push(Instant::now());
            black_box(doc.view());
            lap();
            black_box(words.look_up_once(doc.view()));
            lap();
            let mut findings: Findings = patterns.find(&doc);
            lap();
            let more = dictionary.find(&doc);
            lap();
            let of_known = known.find(&doc);
            lap();
            findings.found.extend(more.found);
            findings.found.extend(of_known.found);
            closure::close(&doc, &words, &mut findings);
            lap();
            black_box(resolve(findings.found));
            lap();
            marks.windows(2).zip(least).for_each(|(pair, least)| *least = (*least).min(pair[1] - pair[0]));
        }
    }
    let bytes: usize = reports.iter().map(String::len).sum();
    let mut spent = [Duration::ZERO; 7];
    least.iter().for_each(|of_one| of_one.iter().zip(&mut spent).for_each(|(one, sum)| *sum += *one));
    let micros = |spent: Duration| spent.as_secs_f64() * 1e6 / reports.len() as f64;
    for (name, spent) in ["view", "look up", "patterns", "dictionary", "known", "closure", "resolve"].iter().zip(spent)
    {
        println!("{name:12} {:8.1} µs", micros(spent));
    }
    let all: Duration = spent.iter().sum();
    println!("{:12} {:8.1} µs  {:.1} MB/s", "all", micros(all), bytes as f64 / all.as_secs_f64() / 1e6);
}
