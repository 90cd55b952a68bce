use crate::collect::aws::{
    call::Call,
    pages::NEXT_TOKEN_SMALL,
    service::ROLES_ANYWHERE,
    session::{Lost, Session},
    tree::Tree,
};

/// Reads which authorities may vouch for machines outside of AWS, what roles their certificates open, and which were taken back.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    for (operation, at, key, name) in [
        ("ListTrustAnchors", "/trustanchors", "trustAnchors", "trust-anchors"),
        ("ListProfiles", "/profiles", "profiles", "profiles"),
        ("ListCrls", "/crls", "crls", "crls"),
    ] {
        let path = format!("{region}/rolesanywhere/{name}.json");
        let call = Call::new(&ROLES_ANYWHERE, operation).at(&[at]).with("pageSize", 100);
        let mut items = Vec::new();
        let told = session.pages_in(region, NEXT_TOKEN_SMALL, call, "", &path, |mut page| items.append(&mut page.take_items(key))).await;
        let mut list = Tree::of(key, Tree::List(items));
        match told {
            Ok(()) => {}
            Err(Lost) if list.items(key).is_empty() => continue,
            // As a list says it that goes on elsewhere.
            Err(Lost) => list.put("nextToken", "lost".into()),
        }
        session.offer(&path, &list);
    }
}
