// The reference page: shows one of the contracts that this server serves, chosen by ?contract=.
const names = ['core', 'complete-auth', 'email-transactional'];
const asked = new URLSearchParams(location.search).get('contract');
const contract = names.includes(asked) ? asked : 'core';

for (const link of document.querySelectorAll('[data-contract]')) {
  if (link.dataset.contract === contract) link.setAttribute('aria-current', 'page');
}
document.querySelector('.download').href = `/openapi/${contract}.yaml`;

window.SwaggerUIBundle({
  url: `/openapi/${contract}.json`,
  dom_id: '#reference',
  deepLinking: true,
  filter: true,
  tryItOutEnabled: contract === 'core',
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
