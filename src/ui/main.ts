// Mounts the application into the page.
import { mount } from 'svelte'
import App from './App.svelte'
import './theme/fonts.css'

mount(App, { target: document.getElementById('app')! })
