//! The reader of answers against garbage, truncation and real answers that were changed.

use proptest::prelude::*;

use super::*;
use crate::wire::frame::first_frame;

const TENANT: &str = "00000000-0000-0000-0000-00000000000a";
const NONCE: i64 = 77;

fn frame(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    out.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
    out.extend_from_slice(body);
    out
}

fn row(values: &[&[u8]]) -> Vec<u8> {
    let mut body = (values.len() as u16).to_be_bytes().to_vec();
    for value in values {
        body.extend_from_slice(&(value.len() as i32).to_be_bytes());
        body.extend_from_slice(value);
    }
    frame(b'D', &body)
}

fn error(severity: &str, code: &str) -> Vec<u8> {
    frame(
        b'E',
        format!("S{severity}\0V{severity}\0C{code}\0Mmessage\0\0").as_bytes(),
    )
}

fn head_row() -> Vec<u8> {
    row(&[&NONCE.to_be_bytes(), TENANT.as_bytes(), b"10s"])
}

/// What the server sends for a read of two rows with one column.
fn transcript() -> Vec<Vec<u8>> {
    vec![
        frame(b'3', b""),
        frame(b'2', b""),
        head_row(),
        frame(b'C', b"SELECT 1\0"),
        frame(b'1', b""),
        frame(b't', &[0, 1, 0, 0, 0, 23]),
        frame(b'T', b"\x00\x01title\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x19\xff\xff\xff\xff\xff\xff\x00\x01"),
        frame(b'2', b""),
        row(&[b"one"]),
        row(&[b"two"]),
        frame(b'C', b"SELECT 2\0"),
        frame(b'Z', b"I"),
    ]
}

fn exchange() -> Exchange {
    let check = HeadCheck {
        tenant: TENANT.into(),
        nonce: NONCE,
    };
    Exchange::new(0, Some(check), vec![Some(1)], 1 << 16)
}

/// Feeds everything; the outcome when a ReadyForQuery was reached, and whether the head was right.
fn feed(bytes: &[u8]) -> Result<Option<Outcome>> {
    let mut exchange = exchange();
    let mut rest = bytes;
    while let Some((tag, body, length)) = first_frame(rest)? {
        if exchange.take(tag, body)? == Progress::Ready {
            let status = body.first().copied().unwrap_or(0);
            return Ok(Some(exchange.finish(status)));
        }
        rest = &rest[length..];
    }
    Ok(None)
}

#[test]
fn the_honest_answer_is_read() {
    let outcome = feed(&transcript().concat()).unwrap().unwrap();
    assert_eq!(
        (
            outcome.results.len(),
            outcome.results[0].rows.len(),
            outcome.results[0].affected
        ),
        (1, 2, 2)
    );
    assert_eq!(outcome.status, b'I');
}

#[test]
fn no_row_is_taken_before_the_right_head() {
    let other = row(&[
        &NONCE.to_be_bytes(),
        b"00000000-0000-0000-0000-00000000000b",
        b"10s",
    ]);
    let stale = row(&[&(NONCE - 1).to_be_bytes(), TENANT.as_bytes(), b"10s"]);
    let longer = row(&[&NONCE.to_be_bytes(), format!("{TENANT}0").as_bytes()]);
    let null = frame(
        b'D',
        &[0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    );
    for wrong in [other, stale, longer, null, row(&[b"one"]), row(&[])] {
        let bytes = [frame(b'2', b""), wrong, frame(b'C', b"SELECT 1\0")].concat();
        assert!(matches!(feed(&bytes), Err(Error::IsolationCheck)));
    }
    for missing in [
        [frame(b'2', b""), frame(b'C', b"SELECT 0\0"), row(&[b"one"])].concat(),
        frame(b'Z', b"I"),
        [
            frame(b'C', b"SELECT 1\0"),
            frame(b'C', b"SELECT 0\0"),
            frame(b'Z', b"I"),
        ]
        .concat(),
    ] {
        assert!(matches!(feed(&missing), Err(Error::IsolationCheck)));
    }
}

#[test]
fn an_error_after_completion_is_an_error() {
    let mut frames = transcript();
    frames.insert(11, error("ERROR", "23503"));
    let outcome = feed(&frames.concat()).unwrap().unwrap();
    assert_eq!(outcome.error.unwrap().code(), "23503");
}

#[test]
fn what_disturbs_is_reported_and_what_copies_is_an_error() {
    for (tag, body) in [
        (b'A', &b"\0\0\0\x01gossip\0secret\0"[..]),
        (b'S', b"TimeZone\0UTC\0"),
    ] {
        let mut frames = transcript();
        frames.insert(11, frame(tag, body));
        let disturbance = feed(&frames.concat())
            .unwrap()
            .unwrap()
            .disturbance
            .unwrap();
        assert!(!disturbance.contains("secret"), "{disturbance}");
    }
    for tag in *b"GHWdc" {
        let mut frames = transcript();
        frames.insert(7, frame(tag, &[0, 0, 0]));
        assert!(matches!(feed(&frames.concat()), Err(Error::Protocol(_))));
    }
}

#[test]
fn bytes_past_the_cap_are_dropped() {
    let mut frames = transcript();
    let wide = row(&[&vec![7; 40_000]]);
    for _ in 0..50 {
        frames.insert(8, wide.clone());
    }
    let outcome = feed(&frames.concat()).unwrap().unwrap();
    assert!(outcome.results[0].overflowed);
    assert!(outcome.results[0].rows.bytes() <= 1 << 16);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_changed_answer_gives_an_error_or_a_checked_one(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = transcript().concat();
        for (at, with, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = with,
                1 => bytes[at] ^= 1 << (with % 8),
                2 => bytes.insert(at, with),
                _ => {
                    bytes.remove(at);
                }
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        if let Ok(Some(outcome)) = feed(&bytes)
            && outcome.results.iter().any(|result| result.rows.len() > 0)
        {
            // Rows come only behind a head that named this tenant and nonce.
            prop_assert!(bytes.windows(TENANT.len()).any(|window| window == TENANT.as_bytes()));
            prop_assert!(bytes.windows(8).any(|window| window == NONCE.to_be_bytes()));
        }
    }

    #[test]
    fn frames_in_any_order_never_panic(
        frames in proptest::collection::vec(
            (prop::sample::select(b"DCsI123ntTEZNSAGHWdcRKv".to_vec()), proptest::collection::vec(any::<u8>(), 0..64)), 0..40),
    ) {
        let bytes: Vec<u8> = frames.iter().flat_map(|(tag, body)| frame(*tag, body)).collect();
        if let Ok(Some(outcome)) = feed(&bytes) {
            prop_assert!(outcome.results.iter().all(|result| result.rows.bytes() <= 1 << 16));
            prop_assert!(outcome.error.is_some() || outcome.results.iter().all(|result| result.rows.len() == 0));
        }
    }

    #[test]
    fn shuffled_honest_frames_release_rows_only_behind_the_head(order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let frames = transcript();
        let shuffled: Vec<u8> = order.iter().flat_map(|at| frames[*at].clone()).collect();
        let place = |frame: usize| order.iter().position(|at| *at == frame);
        if let Ok(Some(outcome)) = feed(&shuffled) {
            let rows: usize = outcome.results.iter().map(|result| result.rows.len()).sum();
            prop_assert!(rows == 0 || place(2) < place(8) || place(2) < place(9));
        }
    }
}

/// A batch has a head in front of every statement, and each must be right for what follows it.
#[test]
fn every_statement_of_a_batch_answers_for_its_own_head() {
    let step = |head: Vec<u8>| {
        [
            head,
            frame(b'C', b"SELECT 1\0"),
            row(&[b"one"]),
            frame(b'C', b"SELECT 1\0"),
        ]
        .concat()
    };
    let take = |second: Vec<u8>| {
        let check = HeadCheck {
            tenant: TENANT.into(),
            nonce: NONCE,
        };
        let mut exchange = Exchange::new(0, Some(check), vec![Some(1), Some(1)], 1 << 16);
        let bytes = [step(head_row()), second, frame(b'Z', b"I")].concat();
        let mut rest = &bytes[..];
        while let Some((tag, body, length)) = first_frame(rest)? {
            if exchange.take(tag, body)? == Progress::Ready {
                break;
            }
            rest = &rest[length..];
        }
        Ok(exchange.finish(b'I').results.len())
    };
    let other = row(&[
        &NONCE.to_be_bytes(),
        b"00000000-0000-0000-0000-00000000000b",
    ]);
    assert_eq!(take(step(head_row())).unwrap(), 2);
    for wrong in [
        step(other),
        [row(&[b"one"]), frame(b'C', b"SELECT 1\0")].concat(),
        Vec::new(),
    ] {
        assert!(matches!(take(wrong), Err(Error::IsolationCheck)));
    }
}
