//! Watchers, beside a frame for each event, and beside the same frames, written to the same number of
//! sockets by a task for each.

use std::time::Duration;

use serde_json::Value;

use crate::figures::{Pace, largest, median, ratio, times};
use crate::place::Kind;
use crate::raw::sockets::{self, Load, Sent};
use crate::report::{Line, Target};
use crate::run::{Run, get, note};

/// Watchers, and events a second.
const CROWDS: [(usize, u64); 2] = [(1_000, 200), (5_000, 40)];
/// The last of the events come up to 0.1 s late: over so many times the usual duration that does not
/// count as a lower rate.
const LONGER: u32 = 3;
/// How often the project and the limit are measured in turn: what a frame costs on a shared machine
/// differs by a third between two minutes. What counts is the median of each.
const ROUNDS: usize = 3;

/// What was measured in turn: what the project reported, and the same frames written by whoever does
/// nothing else.
type Round = (Option<Value>, Sent);

/// Many watchers of one product.
pub(super) async fn fanout(run: &mut Run) -> anyhow::Result<()> {
    for (watchers, updates) in CROWDS {
        limits(run, watchers).await?;
        let apart = paced(run, Pace::apart(updates), watchers).await?;
        if run.args.raw {
            paced(run, Pace::usual(updates), watchers).await?;
            continue;
        }
        for kind in run.kinds() {
            let seconds = (run.duration() * LONGER).as_secs();
            let args = format!("--watchers {watchers} --updates {updates} --duration {seconds}s");
            let mut rounds = Vec::new();
            for _round in 0..if run.args.quick { 1 } else { ROUNDS } {
                let report = run.bench(*kind, "fanout", &args).await;
                let pace = pace_of(report.as_ref(), updates);
                rounds.push((report, paced(run, pace, watchers).await?));
            }
            figures(run, *kind, (watchers, updates), &rounds, apart);
        }
    }
    Ok(())
}

/// What one sender does as fast as it can.
async fn limits(run: &mut Run, sockets: usize) -> anyhow::Result<()> {
    let duration = run.duration();
    for frame_bytes in [600, 2_000] {
        let load = Load { sockets, frame_bytes, duration, pause: None };
        note(&format!("{sockets} sockets, frames of {frame_bytes} bytes"));
        for (sent, how) in [
            (sockets::bare_loop(load).await?, "a loop of bare writes"),
            (sockets::tasks(load).await?, "a task per socket"),
        ] {
            let scenario = format!("fanout, {sockets} watchers");
            let what = |unit| format!("{unit}, frames of {frame_bytes} bytes, flat out");
            let line = |unit| Line::of(scenario.clone(), "", &what(unit));
            run.add(line("frames/s").raw(sent.frames_per_second, how));
            run.add(line("µs of CPU a frame").raw(sent.cpu_us_per_frame, how));
        }
    }
    Ok(())
}

/// Frames at a pace, by a task per socket.
async fn paced(run: &mut Run, pace: Pace, sockets: usize) -> anyhow::Result<Sent> {
    let Pace { frame_bytes, pause } = pace;
    let load = Load { sockets, frame_bytes, duration: run.duration(), pause: Some(pause) };
    let every = pause.as_millis();
    note(&format!("{sockets} sockets, a frame of {frame_bytes} bytes every {every} ms"));
    let sent = sockets::tasks(load).await?;
    let what = format!("µs of CPU a frame of {frame_bytes} bytes, one every {every} ms");
    let line = Line::of(format!("fanout, {sockets} watchers"), "", &what);
    run.add(line.raw(sent.cpu_us_per_frame, "a task per socket"));
    Ok(sent)
}

/// The pace at which the project sent frames, and how large they were.
fn pace_of(report: Option<&Value>, updates: u64) -> Pace {
    let figure = |name| get(report, name);
    let found = || {
        let frames = ratio(figure("frames")?, figure("watchers")?);
        let pause = ratio(figure("seconds")?, frames);
        let events_a_frame = ratio(figure("deliveries")?, figure("frames")?);
        (pause > 0.0).then(|| Pace::of(Duration::from_secs_f64(pause), events_a_frame))
    };
    found().unwrap_or_else(|| Pace::usual(updates))
}

fn figures(
    run: &mut Run,
    kind: Kind,
    (watchers, updates): (usize, u64),
    rounds: &[Round],
    apart: Sent,
) {
    let is_first = watchers == 1_000;
    let line = |what| Line::of(format!("fanout, {watchers} × {updates}/s"), kind.name(), what);
    let all = times(crate::figures::figure(updates), crate::figures::count(watchers));
    let nearly = times(all, 0.995);
    let all_of = |name| rounds.iter().map(move |(report, _)| get(report.as_ref(), name)).collect();
    let figure = |name| median(all_of(name));
    let joined = median(rounds.iter().map(|(_, joined)| Some(joined.cpu_us_per_frame)).collect());
    run.add(
        line("deliveries/s").ours(figure("deliveries_per_second")).target(Target::AtLeast(nearly)),
    );
    run.add(line("events left out").ours(largest(all_of("skipped"))).target(Target::AtMost(0.0)));
    run.add(line("p50 of a delivery, ms").ours(figure("p50_ms")));
    let latest = if is_first { 50.0 } else { 250.0 };
    run.add(line("p99 of a delivery, ms").ours(figure("p99_ms")).target(Target::AtMost(latest)));
    let each = line("µs of CPU a delivery").ours(figure("cpu_us_per_delivery"));
    let each = each.raw(apart.cpu_us_per_frame, "a task per socket, a frame for each event");
    run.add(if is_first { each.target(Target::AtMost(3.5)) } else { each });
    let frame = line("µs of CPU a frame").ours(figure("cpu_us_per_frame"));
    let frame = frame.raw_if_any(joined, "a task per socket, the same frames");
    run.add(if is_first { frame.target(Target::TimesAtMost(1.3)) } else { frame });
}

/// Sockets that do nothing.
pub(super) async fn idle(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    let sockets = if run.args.quick { 1_000 } else { 5_000 };
    for kind in run.kinds() {
        let report = run.bench(*kind, "idle", &format!("--sockets {sockets}")).await;
        let line = Line::of(format!("idle, {sockets} sockets"), kind.name(), "KiB each");
        run.add(line.ours(get(report.as_ref(), "each_kib")).target(Target::AtMost(8.0)));
    }
    Ok(())
}

/// All watchers come back at once.
pub(super) async fn storm(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    for kind in run.kinds() {
        let report = run.bench(*kind, "storm", "").await;
        let line = |what| Line::of("storm", kind.name(), what);
        for (name, what) in [
            ("p50_ms", "p50 until a watcher is back, ms"),
            ("p99_ms", "p99 until a watcher is back, ms"),
            ("max_ms", "the last one is back, ms"),
        ] {
            run.add(line(what).ours(get(report.as_ref(), name)));
        }
    }
    Ok(())
}
