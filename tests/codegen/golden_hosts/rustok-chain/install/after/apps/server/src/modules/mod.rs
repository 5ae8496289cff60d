use rustok_blog::BlogModule;
use rustok_content::ContentModule;
use rustok_core::ModuleRegistry;
use rustok_forum::ForumModule;
use rustok_index::IndexModule;
use rustok_pages::PagesModule;
use rustok_photo_album::PhotoAlbumModule;

pub fn build_registry() -> ModuleRegistry {
    ModuleRegistry::new()
        .register(ContentModule)
        .register(BlogModule)
        .register(ForumModule)
        .register(PagesModule)
        .register(IndexModule)
        .register(PhotoAlbumModule)
}
