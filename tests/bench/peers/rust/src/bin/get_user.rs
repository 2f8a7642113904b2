use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{http::StatusCode, run, service_fn, tracing, Body, Error, Request, RequestExt, Response};
use users_api::{error, json, Table, User};

async fn get_user(table: &Table, event: Request) -> Result<Response<Body>, Error> {
    let parameters = event.path_parameters();
    let Some(user_id) = parameters.first("userId") else {
        return error(StatusCode::BAD_REQUEST, "userId is missing");
    };
    let found = table
        .client
        .get_item()
        .table_name(&table.name)
        .key("userId", AttributeValue::S(user_id.to_owned()))
        .consistent_read(true)
        .send()
        .await?;
    match found.item {
        Some(item) => json(StatusCode::OK, &serde_dynamo::from_item::<_, User>(item)?),
        None => error(StatusCode::NOT_FOUND, "There is no such user"),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let table = Table::from_env().await?;
    run(service_fn(|event| get_user(&table, event))).await
}
