use crate::collect::aws::{
    call::{Call, escaped},
    pages::NEXT_TOKEN,
    service::SAGEMAKER,
    session::Session,
    tree::Tree,
};

use super::offer_coded;

/// Reads notebooks with their roles, and the scripts that run when one is made or started.
pub(super) async fn read(session: &Session<'_>, region: &str) {
    let folder = format!("{region}/sagemaker/notebooks");
    let call = Call::new(&SAGEMAKER, "ListNotebookInstances").with("MaxResults", 100);
    let notebooks = session.list_in(region, NEXT_TOKEN, call, "NotebookInstances", &folder).await;
    session.each(&notebooks, |notebook| one(session, region, &folder, notebook)).await;
    let folder = format!("{region}/sagemaker/lifecycle");
    let call = Call::new(&SAGEMAKER, "ListNotebookInstanceLifecycleConfigs").with("MaxResults", 100);
    let scripts = session.list_in(region, NEXT_TOKEN, call, "NotebookInstanceLifecycleConfigs", &folder).await;
    session.each(&scripts, |listed| scripts_of(session, region, &folder, listed)).await;
}

async fn one(session: &Session<'_>, region: &str, folder: &str, notebook: &Tree) {
    let Some(name) = notebook.text("NotebookInstanceName") else { return };
    let call = Call::new(&SAGEMAKER, "DescribeNotebookInstance").with("NotebookInstanceName", name);
    if let Ok(Some(answer)) = session.find_in(region, &call, name, folder).await {
        session.offer(&format!("{folder}/{}.json", escaped(name)), &answer);
    }
}

async fn scripts_of(session: &Session<'_>, region: &str, folder: &str, listed: &Tree) {
    let key = "NotebookInstanceLifecycleConfigName";
    let Some(name) = listed.text(key) else { return };
    let call = Call::new(&SAGEMAKER, "DescribeNotebookInstanceLifecycleConfig").with(key, name);
    let Ok(Some(answer)) = session.find_in(region, &call, name, folder).await else { return };
    for (moment, word) in [("OnCreate", "on-create"), ("OnStart", "on-start")] {
        for (number, script) in answer.items(moment).iter().enumerate() {
            if let Some(coded) = script.text("Content") {
                offer_coded(session, &format!("{folder}/{}-{word}-{}.txt", escaped(name), number + 1), coded);
            }
        }
    }
}
