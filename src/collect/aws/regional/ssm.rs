use crate::collect::aws::{call::Call, pages::NEXT_TOKEN, service::SSM, session::Session, tree::Tree};

/// So many parameters are told in one answer.
const TOGETHER: usize = 10;

/// Reads which parameters there are, and the values of those that are stored in clear: whoever may read the parameter reads them.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let path = format!("{region}/ssm/parameters.json");
    let call = Call::new(&SSM, "DescribeParameters").with("MaxResults", 50);
    let mut pages = Vec::new();
    // What was lost is noted already.
    let _ = session.pages_in(region, NEXT_TOKEN, call, "", &path, |page| pages.push(page)).await;
    for (number, mut page) in pages.into_iter().enumerate() {
        values(session, region, &path, &mut page).await;
        session.offer(&format!("{region}/ssm/parameters-{}.json", number + 1), &page);
        if session.settings.account.secret_values {
            sealed(session, region, number + 1, &page).await;
        }
    }
}

/// Adds the values of a page's parameters that are stored in clear.
async fn values(session: &Session<'_>, region: &str, path: &str, page: &mut Tree) {
    let clear = page.items("Parameters").iter().filter(|parameter| parameter.text("Type").is_some_and(|kind| kind.starts_with("String")));
    let names: Vec<String> = clear.filter_map(|parameter| parameter.text("Name")).map(str::to_owned).collect();
    let names: Vec<&[String]> = names.chunks(TOGETHER).collect();
    let answers = session.each(&names, |names| async {
        let call = Call::new(&SSM, "GetParameters").with("Names", names.to_vec()).with("WithDecryption", false);
        let subject = names.first().map_or("", String::as_str);
        session.ask_in(region, &call, subject, path).await
    });
    let told: Vec<Tree> = answers.await.into_iter().flatten().flat_map(|mut answer| answer.take_items("Parameters")).collect();
    let mut parameters = page.take_items("Parameters");
    for parameter in &mut parameters {
        let value = told.iter().find(|one| one.text("Name") == parameter.text("Name")).and_then(|one| one.get("Value"));
        value.into_iter().for_each(|value| parameter.put("Value", value.clone()));
    }
    page.put("Parameters", Tree::List(parameters));
}

/// Reads the values of a page's parameters that are encrypted.
async fn sealed(session: &Session<'_>, region: &str, number: usize, page: &Tree) {
    let path = format!("{region}/ssm/values-{number}");
    let encrypted = page.items("Parameters").iter().filter(|parameter| parameter.text("Type") == Some("SecureString"));
    let names: Vec<String> = encrypted.filter_map(|parameter| parameter.text("Name")).map(str::to_owned).collect();
    let some: Vec<(usize, &[String])> = names.chunks(TOGETHER).enumerate().collect();
    let ask = |(part, names): &(usize, &[String])| {
        let call = Call::new(&SSM, "GetParameters").with("Names", names.to_vec()).with("WithDecryption", true);
        let (subject, file) = (names.first().cloned().unwrap_or_default(), format!("{path}-{}.json", part + 1));
        let path = path.as_str();
        async move {
            if let Ok(answer) = session.ask_in(region, &call, &subject, path).await {
                session.offer_sealed(&file, &answer);
            }
        }
    };
    session.each(&some, ask).await;
}
