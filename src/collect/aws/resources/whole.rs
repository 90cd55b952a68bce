use crate::collect::aws::{
    call::{Call, escaped},
    session::{Lost, Session},
    tree::Tree,
};

/// A resource with what hangs on it.
pub(super) struct Whole {
    tree: Tree,
    untold: Vec<Tree>,
    /// Whether there is anything to tell beside the name.
    told: bool,
}

impl Whole {
    /// One of which no more is known than its ARN.
    pub fn new(arn: &str) -> Self {
        Self { tree: Tree::of("ResourceArn", arn.into()), untold: Vec::new(), told: false }
    }

    /// Takes in something about it: what was found, that there is none, or that it was refused.
    pub fn take(&mut self, key: &str, found: Result<Option<Tree>, Lost>) {
        match found {
            Ok(Some(value)) => {
                self.tree.put(key, value);
                self.told = true;
            }
            Ok(None) => {}
            Err(Lost) => self.untold.push(key.into()),
        }
    }

    /// Asks for its policy, which stands under a key of the answer.
    pub async fn policy(&mut self, session: &Session<'_>, region: &str, call: &Call, key: &str, path: &str) {
        let subject = self.tree.text("ResourceArn").map(short).unwrap_or_default().to_owned();
        let found = session.find_in(region, call, &subject, path).await;
        self.take("Policy", found.map(|found| found.and_then(|mut answer| answer.take(key)).filter(|text| !is_empty(text))));
    }

    /// Offers it as a document of its own in a folder, where there is anything to tell.
    pub fn offer(mut self, session: &Session<'_>, folder: &str) {
        if !self.untold.is_empty() {
            self.tree.put("Untold", Tree::List(self.untold));
        } else if !self.told {
            return;
        }
        let name = self.tree.text("ResourceArn").map(short).map(escaped).unwrap_or_default();
        session.offer(&format!("{folder}/{name}.json"), &self.tree);
    }
}

fn is_empty(value: &Tree) -> bool {
    value.as_text().is_some_and(str::is_empty)
}

/// What stands behind the sort of a resource in its ARN.
pub(super) fn short(arn: &str) -> &str {
    let rest = arn.splitn(6, ':').last().unwrap_or(arn);
    let sorts = ["key/", "function:", "secret:", "repository/", "file-system/", "backup-vault:"];
    sorts.iter().find_map(|sort| rest.strip_prefix(sort)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_resource_is_called_by_its_last_name() {
        assert_eq!(short("arn:aws:s3:::data"), "data");
        assert_eq!(short("arn:aws:kms:eu-west-1:111111111111:key/1-2"), "1-2");
        assert_eq!(short("arn:aws:ecr:eu-west-1:111111111111:repository/team/app"), "team/app");
        assert_eq!(short("odd"), "odd");
    }
}
