//! The parts that the three functions share: the user and the responses.

use aws_sdk_dynamodb::Client;
use lambda_http::{http::StatusCode, Body, Error, Response};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub user_id: String,
    pub name: String,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    pub created_at: String,
    pub updated_at: String,
    pub version: u64,
}

/// A table with its client.
pub struct Table {
    pub client: Client,
    pub name: String,
}

impl Table {
    pub async fn from_env() -> Result<Self, Error> {
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        Ok(Self {
            client: Client::new(&config),
            name: std::env::var("TABLE_NAME")?,
        })
    }
}

pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Response<Body>, Error> {
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(serde_json::to_string(body)?.into())?)
}

pub fn error(status: StatusCode, message: &str) -> Result<Response<Body>, Error> {
    json(status, &serde_json::json!({ "message": message }))
}
