/** The link of the registry's module, by which every program that was written for Skynet's kernel calls it. */
export const REGISTRY_MODULE = 'AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q';
