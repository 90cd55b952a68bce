//! Ways to administrator over others: who may change somebody and become him, or may not.

use serde_json::{Value, json};

use crate::{
    account::{Account, Told, allow, deny, told, when},
    support::Lab,
};

const OWN: &str = "111111111111";

/// What is said of `user/a` of an account.
fn of_a(account: &Account) -> Told {
    told(&Lab::new(), &[account])[&format!("{}:user/a", account.id)].clone()
}

/// What is said of `user/a` that has these statements, beside what `more` adds.
fn asked(statements: &[Value], more: impl FnOnce(&mut Account)) -> Told {
    let mut account = Account::new(OWN);
    more(&mut account);
    of_a(account.user("a", statements))
}

fn escalates(told: &Told) -> bool {
    (told.privilege.as_str(), told.certainty.as_str()) == ("escalates", "certain")
}

/// An account with somebody weak in it, `user/b`, whom a group, a policy and one with an older version can make stronger.
fn weak(account: &mut Account) {
    let all = [allow(&["*"], "*")];
    let reads = [allow(&["s3:ListBucket"], "*")];
    account.group("strong", &all).group("weak", &reads).policy("own", &[&reads]).policy("old", &[&reads, &all]);
    account.user("b", &reads).attached("own").member("weak");
}

#[test]
fn who_may_change_somebody_and_become_him_is_administrator_in_two_steps() {
    let both = asked(&[allow(&["iam:AttachUserPolicy", "iam:CreateAccessKey"], "arn:aws:iam::111111111111:user/b")], weak);
    assert!(escalates(&both), "{both:?}");
    assert_eq!(both.path, ["user/a on user/b by iam:AttachUserPolicy", "user/a to user/b by iam:CreateAccessKey"]);
    let b = "111111111111:user/b";
    assert_eq!(both.witnesses, [[format!("iam:AttachUserPolicy on {b}")], [format!("iam:CreateAccessKey on {b}")]]);
    for one in ["iam:AttachUserPolicy", "iam:CreateAccessKey"] {
        let told = asked(&[allow(&[one], "arn:aws:iam::111111111111:user/b")], weak);
        assert_ne!(told.privilege, "escalates", "{one}: {told:?}");
    }
}

#[test]
fn every_change_of_a_user_and_every_way_into_one_go_together() {
    let changes = [
        ("iam:AttachUserPolicy", "user/b"),
        ("iam:PutUserPolicy", "user/b"),
        ("iam:AttachGroupPolicy", "group/weak"),
        ("iam:PutGroupPolicy", "group/weak"),
        ("iam:CreatePolicyVersion", "policy/own"),
    ];
    for (change, on) in changes {
        for enter in ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"] {
            let may = [allow(&[change], &format!("arn:aws:iam::{OWN}:{on}")), allow(&[enter], &format!("arn:aws:iam::{OWN}:user/b"))];
            let told = asked(&may, weak);
            assert!(escalates(&told), "{change} {enter} {told:?}");
            assert_eq!(told.path, [format!("user/a on user/b by {change}"), format!("user/a to user/b by {enter}")]);
        }
    }
    let joins = |may: Value| {
        let mut account = Account::new(OWN);
        weak(&mut account);
        account.role("hand", &json!({ "Service": "ec2.amazonaws.com" }), &[may, allow(&["iam:CreateAccessKey"], "*")]);
        told(&Lab::new(), &[&account])["111111111111:role/hand"].clone()
    };
    let joined = joins(allow(&["iam:AddUserToGroup"], "arn:aws:iam::111111111111:group/strong"));
    assert_eq!(joined.path, ["role/hand on user/b by iam:AddUserToGroup", "role/hand to user/b by iam:CreateAccessKey"]);
    assert_ne!(joins(allow(&["iam:AddUserToGroup"], "arn:aws:iam::111111111111:group/weak")).privilege, "escalates");
    let older = [allow(&["iam:SetDefaultPolicyVersion"], "*"), allow(&["iam:CreateAccessKey"], "*")];
    let with = |policy: &'static str| {
        move |account: &mut Account| {
            weak(account);
            account.attached(policy);
        }
    };
    assert!(escalates(&asked(&older, with("old"))), "an older version of a policy of his allows everything");
    assert!(!escalates(&asked(&older, with("own"))), "there is no older version");
}

#[test]
fn what_is_changed_and_what_is_entered_must_be_the_same() {
    let more = |account: &mut Account| {
        weak(account);
        account.user("c", &[]);
    };
    let on = |change: &str, enter: &str| {
        let user = |name: &str| format!("arn:aws:iam::{OWN}:user/{name}");
        asked(&[allow(&["iam:PutUserPolicy"], &user(change)), allow(&["iam:CreateAccessKey"], &user(enter))], more)
    };
    assert!(escalates(&on("b", "b")) && escalates(&on("*", "c")));
    for (change, enter) in [("b", "c"), ("nobody", "nobody"), ("c*", "b")] {
        assert_ne!(on(change, enter).privilege, "escalates", "{change} {enter}");
    }
}

#[test]
fn denials_and_conditions_of_either_step_count() {
    let both = allow(&["iam:PutUserPolicy", "iam:CreateAccessKey"], "arn:aws:iam::111111111111:user/b");
    for action in ["iam:PutUserPolicy", "iam:CreateAccessKey"] {
        let told = asked(&[both.clone(), deny(&[action], "arn:aws:iam::*:user/b")], weak);
        assert_ne!(told.privilege, "escalates", "{action} {told:?}");
        let from = |operator: &str| when(deny(&[action], "*"), json!({ operator: { "aws:SourceIp": "203.0.113.0/24" } }));
        let told = asked(&[both.clone(), from("NotIpAddress")], weak);
        assert_eq!((told.privilege.as_str(), told.certainty.as_str()), ("escalates", "conditional"), "{action}");
    }
    let team = json!({ "StringEquals": { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } });
    let of_team = |team_of_b: &'static str| {
        let mut account = Account::new(OWN);
        weak(&mut account);
        account.tagged("team", team_of_b).user("a", &[when(both.clone(), team.clone())]).tagged("team", "red");
        of_a(&account)
    };
    assert!(escalates(&of_team("red")));
    assert_ne!(of_team("blue").privilege, "escalates");
}

#[test]
fn a_role_is_changed_and_entered_by_its_trust_a_new_trust_or_a_service() {
    let role = |principal: Value| {
        move |account: &mut Account| {
            account.role("r", &principal, &[allow(&["s3:ListBucket"], "*")]);
        }
    };
    let named = json!({ "AWS": "arn:aws:iam::111111111111:user/a" });
    let lambda = json!({ "Service": "lambda.amazonaws.com" });
    let on = |actions: &[&str], resource: &str| allow(actions, &format!("arn:aws:iam::{OWN}:{resource}"));
    for change in ["iam:AttachRolePolicy", "iam:PutRolePolicy"] {
        let change = on(&[change], "role/r");
        let told = |may: Value, principal: &Value| asked(&[change.clone(), may], role(principal.clone()));
        let nothing = allow(&["s3:ListBucket"], "*");
        let by_name = told(nothing.clone(), &named);
        assert!(escalates(&by_name) && by_name.path[1] == "user/a to role/r by sts:AssumeRole", "{by_name:?}");
        assert!(escalates(&told(on(&["iam:UpdateAssumeRolePolicy"], "role/r"), &lambda)));
        let pass = told(allow(&["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "*"), &lambda);
        assert!(escalates(&pass), "{pass:?}");
        assert_eq!(told(allow(&["lambda:UpdateFunctionCode"], "*"), &lambda).certainty, "possible", "nobody says what runs as it");
        for (may, principal) in [(nothing, &lambda), (on(&["iam:UpdateAssumeRolePolicy"], "role/other"), &lambda)] {
            assert_ne!(told(may, principal).privilege, "escalates");
        }
    }
}

#[test]
fn a_boundary_of_the_other_limits_what_is_won_until_it_is_off() {
    let bounded = |account: &mut Account| {
        weak(account);
        account.policy("limit", &[&[allow(&["s3:*"], "*")]]).bounded("limit");
    };
    let both = ["iam:PutUserPolicy", "iam:CreateAccessKey"];
    assert_ne!(asked(&[allow(&both, "*")], bounded).path.len(), 2, "it is himself that he changes");
    let b = "arn:aws:iam::111111111111:user/b";
    assert_ne!(asked(&[allow(&both, b)], bounded).privilege, "escalates");
    for off in ["iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"] {
        let told = asked(&[allow(&[both[0], both[1], off], b)], bounded);
        assert!(escalates(&told), "{off} {told:?}");
        assert_eq!(told.path[0], format!("user/a on user/b by {off} + iam:PutUserPolicy"));
    }
    let rewritten = [allow(&both, b), allow(&["iam:CreatePolicyVersion"], "arn:aws:iam::111111111111:policy/limit")];
    assert!(escalates(&asked(&rewritten, bounded)), "a boundary is a policy, and policies have versions");
}

#[test]
fn who_may_change_only_those_that_are_bounded_wins_nothing() {
    let limit = json!({ "StringEquals": { "iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/limit" } });
    let may = [when(allow(&["iam:Put*", "iam:Attach*"], "*"), limit), allow(&["iam:CreateAccessKey"], "*")];
    let other = |bounded: bool| {
        move |account: &mut Account| {
            account.policy("limit", &[&[allow(&["s3:*"], "*")]]).user("b", &[]);
            if bounded {
                account.bounded("limit");
            }
        }
    };
    for bounded in [false, true] {
        let told = asked(&may, other(bounded));
        assert_ne!(told.privilege, "escalates", "{bounded} {told:?}");
    }
}

#[test]
fn a_new_text_takes_the_place_of_the_old_one_with_its_denials() {
    let denied = deny(&["s3:*", "ec2:*"], "*");
    let on = |name: &str| format!("arn:aws:iam::{OWN}:{name}");
    let inline = asked(&[allow(&["iam:PutUserPolicy"], &on("user/a")), denied.clone()], |_| {});
    assert!(escalates(&inline), "his own policy is written over: {inline:?}");
    let attach = |denied: Value| asked(&[allow(&["iam:AttachUserPolicy"], &on("user/a")), denied], |_| {});
    assert!(escalates(&attach(denied.clone())), "with the policy that he attaches he may write over his own");
    let attached = attach(deny(&["s3:*", "iam:Put*", "iam:Create*", "iam:De*"], "*"));
    assert_ne!(attached.privilege, "escalates", "what is denied stays denied");
    let mut account = Account::new(OWN);
    let version = [allow(&["iam:CreatePolicyVersion"], &on("policy/own")), denied];
    account.policy("own", &[&version]).user("a", &[]).attached("own");
    assert!(escalates(&of_a(&account)));
}

#[test]
fn somebody_sends_another_to_change_whom_he_enters() {
    let send = |trusted: &'static str| {
        asked(&[allow(&["sts:AssumeRole"], "arn:aws:iam::111111111111:role/hand")], move |account| {
            let a = json!({ "AWS": "arn:aws:iam::111111111111:user/a" });
            let hand = [allow(&["iam:AttachRolePolicy"], "arn:aws:iam::111111111111:role/target")];
            account.role("hand", &a, &hand).role("target", &json!({ "AWS": format!("arn:aws:iam::{OWN}:{trusted}") }), &[]);
            account.user("z", &[]);
        })
    };
    let told = send("user/a");
    assert!(escalates(&told), "{told:?}");
    let steps = [
        "user/a to role/hand by sts:AssumeRole",
        "role/hand on role/target by iam:AttachRolePolicy",
        "user/a to role/target by sts:AssumeRole",
    ];
    assert_eq!(told.path, steps);
    assert_ne!(send("user/z").privilege, "escalates", "the target lets in somebody else");
    assert_eq!(send("role/hand").path.len(), 3, "where the hand itself is let in, it is one way of the role and a step to it");
}

#[test]
fn nobody_enters_or_changes_what_belongs_to_another_account_or_to_aws() {
    let mut other = Account::new("222222222222");
    other.user("boss", &[allow(&["*"], "*")]);
    let mut own = Account::new(OWN);
    own.user("a", &[allow(&["iam:CreateAccessKey", "iam:UpdateLoginProfile", "iam:UpdateAssumeRolePolicy"], "*")]);
    let lab = Lab::new();
    assert_ne!(told(&lab, &[&own, &other])["111111111111:user/a"].privilege, "escalates", "keys are made in one's own account");
    other.group("admins", &[allow(&["*"], "*")]);
    let mut own = Account::new(OWN);
    own.user("a", &[allow(&["iam:AddUserToGroup"], "*")]);
    assert_ne!(told(&Lab::new(), &[&own, &other])["111111111111:user/a"].privilege, "escalates", "so are members of groups");
    let reserved = |account: &mut Account| {
        let name = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef";
        account.role(name, &json!({ "Federated": "arn:aws:iam::111111111111:saml-provider/x" }), &[allow(&["*"], "*")]);
    };
    let may = [allow(&["iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"], "*")];
    assert_ne!(asked(&may, reserved).privilege, "escalates", "IAM does not let anybody change these");
}

#[test]
fn a_longer_sure_way_is_better_than_a_short_doubtful_one() {
    let from = json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } });
    let key = |user: &str| allow(&["iam:CreateAccessKey"], &format!("arn:aws:iam::{OWN}:user/{user}"));
    let told = asked(&[when(key("boss"), from), key("b")], |account| {
        account.user("boss", &[allow(&["*"], "*")]).user("b", &[key("c")]).user("c", &[key("boss")]);
    });
    assert!(escalates(&told));
    assert_eq!(told.path.len(), 3, "{told:?}");
}
