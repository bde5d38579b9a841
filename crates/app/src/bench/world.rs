//! A fresh database with the demo partnership, served on loopback inside this process. It is gone
//! when it was measured.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use jiff::civil::date;
use platform::{
    clock::Clock,
    db::{
        Db,
        sea_orm::{ConnectionTrait, Database},
    },
    seal::Keys,
    serve::{Limits, serve},
};
use tokio::net::TcpListener;

use crate::{
    App,
    access::Actor,
    demo::partnership::SetUp,
    doors,
    error::{Error, Result},
    migrations::migrate,
    web::routes,
};

/// An application over a database that nobody else uses.
pub struct World {
    pub app: App,
    pub database: &'static str,
    pub folder: PathBuf,
    /// Of the cluster in which the database is to be dropped.
    cluster: Option<String>,
}

impl World {
    /// A world in a file.
    pub async fn on_sqlite() -> Result<Self> {
        let folder = folder()?;
        let url = format!("sqlite:{}", folder.join("bench.sqlite").display());
        Self::over(&url, "SQLite", folder, None).await
    }

    /// A world in a new database of a cluster.
    pub async fn on_postgres(cluster: &str) -> Result<Self> {
        let (server, _) = cluster.rsplit_once('/').unwrap_or((cluster, ""));
        let name = format!("bench_{}", uuid::Uuid::now_v7().simple());
        in_cluster(cluster, &format!("CREATE DATABASE {name}")).await?;
        let url = format!("{server}/{name}");
        Self::over(&url, "PostgreSQL", folder()?, Some(cluster.to_owned())).await
    }

    async fn over(
        url: &str,
        database: &'static str,
        folder: PathBuf,
        cluster: Option<String>,
    ) -> Result<Self> {
        let db = Db::open(url).await?;
        migrate(&db).await?;
        let keys = Keys::in_file(&folder.join("key")).map_err(unmade)?;
        let app = App::over(db, Clock::system(), keys, "http://127.0.0.1".to_owned()).await?;
        doors::record(&app, &Actor::platform(), SetUp { from: date(2020, 1, 1) }).await?;
        Ok(Self { app, database, folder, cluster })
    }

    /// The file with the key.
    pub fn key(&self) -> PathBuf {
        self.folder.join("key")
    }

    /// Serves the application, journaling what is looked at or not. Answers with the port.
    pub async fn served(&self, journals_looks: bool) -> Result<u16> {
        let app = App { journals_looks, slows_by: None, ..self.app.clone() };
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(unmade)?;
        let port = listener.local_addr().map_err(unmade)?.port();
        let forever = std::future::pending();
        // As though a proxy stood in front.
        let here = [IpAddr::from([127, 0, 0, 1])].into();
        tokio::spawn(serve(listener, routes::router(app), Limits::default(), here, forever));
        Ok(port)
    }

    /// Takes everything away again.
    pub async fn gone(self) -> Result<()> {
        let url = self.app.db.url().to_owned();
        self.app.db.close().await;
        if let (Some(cluster), Some((_, name))) = (self.cluster, url.rsplit_once('/')) {
            in_cluster(&cluster, &format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        }
        remove(&self.folder)
    }
}

async fn in_cluster(cluster: &str, text: &str) -> Result<()> {
    // A database is made and dropped outside any transaction.
    let connection = Database::connect(cluster).await?;
    connection.execute_unprepared(text).await?;
    Ok(connection.close().await?)
}

fn folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("sightline-bench-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).map_err(unmade)?;
    Ok(folder)
}

fn remove(folder: &Path) -> Result<()> {
    std::fs::remove_dir_all(folder).map_err(unmade)
}

fn unmade(why: impl std::fmt::Display) -> Error {
    Error::fault("making a world to measure", why)
}
