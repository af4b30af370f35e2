use http::Request;
use uuid::Uuid;

use super::*;

fn tenant(number: u128) -> Caller {
    Caller::of(TenantId::from(Uuid::from_u128(number)))
}

fn head(key: &str, prefer: &str) -> Parts {
    let request = Request::post("/items?select=id")
        .header(KEY, key)
        .header("prefer", prefer);
    request.body(()).unwrap().into_parts().0
}

fn small(entries: usize, of_tenant: usize, bytes: usize) -> Keys {
    Keys::bounded(Bounds {
        window: Duration::from_mins(1),
        entries,
        of_tenant,
        bytes,
        bytes_of_tenant: bytes / 2,
        answer: 10,
    })
}

fn answer(content: &str) -> Response<Body> {
    let mut response = Response::new(Body::whole(content.as_bytes().to_vec()));
    *response.status_mut() = StatusCode::CREATED;
    response
}

/// What a request is told now.
fn told(keys: &Keys, tenant: &Caller, head: &Parts, content: &str) -> String {
    told_at(Instant::now(), keys, tenant, head, content)
}

/// What a request is told: that it is done, an answer of before, or a problem's status.
fn told_at(now: Instant, keys: &Keys, tenant: &Caller, head: &Parts, content: &str) -> String {
    match keys.begin_at(now, tenant, head, content.as_bytes()) {
        Ok(Some(First::Begun(begun))) => {
            begun.settle(&Ok(answer(content)));
            "done".to_owned()
        }
        Ok(Some(First::Again(response))) => {
            let content = response.body().content().unwrap();
            format!("again {}", String::from_utf8_lossy(&content))
        }
        Ok(None) => "no key".to_owned(),
        Err(problem) => problem.status().as_u16().to_string(),
    }
}

#[test]
fn what_was_done_is_answered_again() {
    let keys = small(9, 9, 1 << 20);
    let (one, other) = (tenant(1), tenant(2));
    assert_eq!(told(&keys, &one, &head("\"k\"", ""), "a"), "done");
    assert_eq!(told(&keys, &one, &head("\"k\"", ""), "a"), "again a");
    assert_eq!(told(&keys, &one, &head("k", ""), "a"), "again a");
    // Another request under the same key, in whatever it differs.
    assert_eq!(told(&keys, &one, &head("k", ""), "b"), "422");
    assert_eq!(told(&keys, &one, &head("k", "return=minimal"), "a"), "422");
    // Another tenant's key is another key.
    assert_eq!(told(&keys, &other, &head("k", ""), "b"), "done");
    assert_eq!(told(&keys, &one, &head("k", ""), "a"), "again a");
    // A long answer is not kept, nor forgotten.
    assert_eq!(
        told(&keys, &one, &head("long", ""), "more than ten"),
        "done"
    );
    assert_eq!(told(&keys, &one, &head("long", ""), "more than ten"), "409");
}

#[test]
fn what_has_no_answer_is_not_repeated() {
    let keys = small(9, 9, 1 << 20);
    let one = tenant(1);
    let begun = |key| match keys.begin(&one, &head(key, ""), b"a") {
        Ok(Some(First::Begun(begun))) => begun,
        _ => panic!("{key} is known"),
    };
    let under_way = begun("k");
    assert_eq!(told(&keys, &one, &head("k", ""), "a"), "409");
    drop(under_way);
    assert_eq!(told(&keys, &one, &head("k", ""), "a"), "409");
    let lost = Err(Problem::new(Kind::OutcomeUnknown, ""));
    begun("lost").settle(&lost);
    assert_eq!(told(&keys, &one, &head("lost", ""), "a"), "409");
    // What surely was not written may be tried again.
    begun("failed").settle(&Err(Problem::internal()));
    assert_eq!(told(&keys, &one, &head("failed", ""), "b"), "done");
}

#[test]
fn memory_and_time_are_bounded() {
    let keys = small(3, 2, 1 << 20);
    let (one, other) = (tenant(1), tenant(2));
    let under_way = keys.begin(&one, &head("a", ""), b"").unwrap();
    for (key, said) in [("b", "done"), ("c", "503"), ("b", "again ")] {
        assert_eq!(told(&keys, &one, &head(key, ""), ""), said, "{key}");
    }
    assert_eq!(told(&keys, &other, &head("a", ""), ""), "done");
    assert_eq!(told(&keys, &other, &head("b", ""), ""), "503");
    let later = Instant::now() + Duration::from_secs(61);
    let told_later = |keys, key| told_at(later, keys, &one, &head(key, ""), "");
    // What is under way is never forgotten.
    assert_eq!(told_later(&keys, "a"), "409");
    drop(under_way);
    assert_eq!(told_later(&keys, "a"), "done");
    let known = keys.known();
    assert_eq!((known.entries.len(), known.ends.len()), (1, 1));
    assert_eq!(known.of_tenant.len(), 1);
    drop(known);
}

#[test]
fn what_failed_costs_no_more_where_many_are_remembered() {
    const MANY: usize = 50_000;
    let keys = small(2 * MANY, 2 * MANY, 1 << 30);
    let one = tenant(1);
    let fail = |key: String| match keys.begin(&one, &head(&key, ""), b"a") {
        Ok(Some(First::Begun(begun))) => begun.settle(&Err(Problem::internal())),
        _ => panic!("{key} is known"),
    };
    let kept: Vec<_> = (0..MANY)
        .map(|n| keys.begin(&one, &head(&format!("kept{n}"), ""), b"a"))
        .collect();
    // Gone through one by one, what is remembered would be gone through 2.5 milliard times.
    (0..MANY).for_each(|n| fail(format!("failed{n}")));
    let known = keys.known();
    assert_eq!((known.entries.len(), known.ends.len()), (MANY, MANY));
    drop(known);
    drop(kept);
}

#[test]
fn a_tenant_whose_answers_have_no_room_takes_nobody_elses() {
    // Room for four answers, two of them of one tenant.
    let keys = small(9, 9, 4 * (1024 + 1));
    let (one, other) = (tenant(1), tenant(2));
    for (key, later) in [("a", "again x"), ("b", "again x"), ("c", "409")] {
        assert_eq!(told(&keys, &one, &head(key, ""), "x"), "done", "{key}");
        assert_eq!(told(&keys, &one, &head(key, ""), "x"), later, "{key}");
    }
    assert_eq!(told(&keys, &other, &head("a", ""), "x"), "done");
    assert_eq!(told(&keys, &other, &head("a", ""), "x"), "again x");
    // In time the room is free again.
    let later = Instant::now() + Duration::from_secs(61);
    for said in ["done", "again x"] {
        let told = told_at(later, &keys, &one, &head("d", ""), "x");
        assert_eq!(told, said);
    }
}

#[test]
fn keys_are_plain() {
    let key = |value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(KEY, value.parse().unwrap());
        super::key(&headers)
            .map(|key| key.map(str::to_owned))
            .ok()
            .flatten()
    };
    assert_eq!(key("\"8e03978e-40d5\""), Some("8e03978e-40d5".into()));
    assert_eq!(key(" abc "), Some("abc".into()));
    let long = "x".repeat(256);
    for wrong in ["", "\"\"", "a b", "\"a", "a,b", long.as_str()] {
        assert_eq!(key(wrong), None, "{wrong}");
    }
}

/// What is answered again may hold what only the first one's policies let through.
#[test]
fn an_answer_is_given_again_to_the_same_subject_only() {
    let keys = small(9, 9, 1 << 20);
    let caller = |subject: Option<&str>, claims: &str| {
        let mut caller = tenant(1);
        caller.subject = subject.map(Arc::from);
        caller.settings = Some([Arc::from(claims)].into());
        caller
    };
    let told = |caller: Caller, key: &str| told(&keys, &caller, &head(key, ""), "a");
    assert_eq!(told(caller(Some("ann"), "1"), "k"), "done");
    // A fresh token of the same subject says other things of itself.
    assert_eq!(told(caller(Some("ann"), "2"), "k"), "again a");
    assert_eq!(told(caller(Some("bob"), "1"), "k"), "done");
    assert_eq!(told(caller(None, "1"), "n"), "done");
    assert_eq!(told(caller(None, "1"), "n"), "again a");
    assert_eq!(told(caller(None, "2"), "n"), "422");
}
