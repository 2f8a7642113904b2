use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{http::StatusCode, run, service_fn, tracing, Body, Error, Request, RequestExt, Response};
use serde::Serialize;
use users_api::{error, json, Table, User};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    count: usize,
    users: Vec<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

async fn list_users(table: &Table, event: Request) -> Result<Response<Body>, Error> {
    let parameters = event.query_string_parameters();
    let Ok(page_size @ 1..=100) = parameters.first("pageSize").unwrap_or("25").parse() else {
        return error(StatusCode::BAD_REQUEST, "pageSize must be 1 to 100");
    };
    let start = parameters
        .first("nextToken")
        .map(|user_id| HashMap::from([("userId".to_owned(), AttributeValue::S(user_id.to_owned()))]));
    let scanned = table
        .client
        .scan()
        .table_name(&table.name)
        .limit(page_size)
        .set_exclusive_start_key(start)
        .consistent_read(true)
        .send()
        .await?;
    let next_token = scanned
        .last_evaluated_key
        .and_then(|key| key.get("userId")?.as_s().ok().cloned());
    let users: Vec<User> = serde_dynamo::from_items(scanned.items.unwrap_or_default())?;
    json(StatusCode::OK, &Page { count: users.len(), users, next_token })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let table = Table::from_env().await?;
    run(service_fn(|event| list_users(&table, event))).await
}
