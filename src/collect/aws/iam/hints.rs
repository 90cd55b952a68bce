use std::collections::HashMap;

/// What the credential report says that a user has, so that what nobody has is not asked for a thousand times.
///
/// Only where a report speaks plainly: whom it does not list, or lists in columns that this program does not know, is asked about. Access keys are
/// always asked for, because a report is up to four hours old and a key may be younger.
#[derive(Debug, Default)]
pub(super) struct Hints {
    users: HashMap<String, Has>,
}

/// What one user has; what the report does not say may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Has {
    /// Signing certificates, active or not.
    pub certificates: bool,
    /// Devices for a second factor.
    pub devices: bool,
}

impl Hints {
    /// Reads a report.
    pub fn read(csv: &[u8]) -> Self {
        let text = String::from_utf8_lossy(csv);
        let mut lines = text.lines().map(fields);
        let header = lines.next().unwrap_or_default();
        let column = |name: &str| header.iter().position(|field| field == name);
        let Some(user) = column("user") else { return Self::default() };
        let certificates = ["cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated"].map(column);
        let devices = [column("mfa_active")];
        let known = lines.filter(|row| row.len() == header.len()).filter_map(|row| {
            let any = |columns: &[Option<usize>]| columns.iter().any(|at| at.is_none_or(|at| !is_none(&row[at])));
            let has = Has { certificates: any(&certificates), devices: any(&devices) };
            Some((row.get(user)?.clone(), has))
        });
        Self { users: known.collect() }
    }

    /// What a user has.
    pub fn of(&self, user: &str) -> Has {
        self.users.get(user).copied().unwrap_or(Has { certificates: true, devices: true })
    }
}

/// Whether a cell says that there is nothing.
fn is_none(cell: &str) -> bool {
    matches!(cell, "false" | "N/A")
}

/// The fields of a line; a name with a comma stands in quotes, and no field of this table has a line end.
fn fields(line: &str) -> Vec<String> {
    let (mut all, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    all.push(field);
    all
}

#[cfg(test)]
mod tests {
    use super::{Has, Hints};

    const ALL: Has = Has { certificates: true, devices: true };

    #[test]
    fn only_what_a_report_denies_plainly_is_not_asked() {
        let csv = "user,new,mfa_active,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n\
                   none,x,false,false,N/A,false,N/A\n\
                   \"a,b\",x,true,false,N/A,false,N/A\n\
                   retired,x,false,false,2020-01-01T00:00:00+00:00,false,N/A\n\
                   short,x,false\n";
        let hints = Hints::read(csv.as_bytes());
        assert_eq!(hints.of("none"), Has { certificates: false, devices: false });
        assert_eq!(hints.of("a,b"), Has { certificates: false, devices: true });
        assert_eq!(hints.of("retired"), Has { certificates: true, devices: false });
        assert_eq!(hints.of("short"), ALL);
        assert_eq!(hints.of("young"), ALL);
    }

    #[test]
    fn a_report_without_the_columns_hints_at_nothing() {
        for csv in ["", "user\nx\n", "name,mfa_active\nx,false\n", "\u{0}\"\n,,,"] {
            assert_eq!(Hints::read(csv.as_bytes()).of("x"), ALL, "{csv}");
        }
    }
}
