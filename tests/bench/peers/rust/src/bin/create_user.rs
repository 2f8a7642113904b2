use chrono::{SecondsFormat, Utc};
use lambda_http::{http::StatusCode, run, service_fn, tracing, Body, Error, Request, RequestPayloadExt, Response};
use serde::Deserialize;
use users_api::{error, json, Table, User};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    name: String,
    email: String,
    age: Option<u8>,
}

async fn create_user(table: &Table, event: Request) -> Result<Response<Body>, Error> {
    let Ok(Some(wanted)) = event.payload::<NewUser>() else {
        return error(StatusCode::BAD_REQUEST, "The body is not a user");
    };
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let user = User {
        user_id: Uuid::new_v4().to_string(),
        name: wanted.name,
        email: wanted.email,
        age: wanted.age,
        created_at: now.clone(),
        updated_at: now,
        version: 1,
    };
    table
        .client
        .put_item()
        .table_name(&table.name)
        .set_item(Some(serde_dynamo::to_item(&user)?))
        .condition_expression("attribute_not_exists(userId)")
        .send()
        .await?;
    json(StatusCode::CREATED, &user)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let table = Table::from_env().await?;
    run(service_fn(|event| create_user(&table, event))).await
}
